"""Load what the demonstration shows: each folder loads its own part."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

# In order. A folder adds its command here; every one of them is safe to repeat.
PARTS = (
    "load_personas",
    "load_demo_network",
    "load_demo_groups",
    "load_demo_questions",
    "load_demo_events",
    "load_demo_files",
    "load_demo_plans",
    "load_demo_cohorts",
    "load_demo_agreements",
)


class Command(BaseCommand):
    help = "Load the fictitious people of the demonstration; refused on a real site."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("Ce site n’est pas en démonstration : rien n’a été chargé."))
        for part in PARTS:
            call_command(part, stdout=self.stdout)
