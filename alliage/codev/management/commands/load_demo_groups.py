"""`alliage load_demo_groups`: bring in the fictitious groups of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.codev import loading
from alliage.codev.services.demo_threads import load_threads
from alliage.codev.services.demonstration import load_groups


class Command(BaseCommand):
    help = "Charge les groupes fictifs de démonstration\u00a0; les groupes déjà là sont laissés tels quels."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_groups(loading.demonstration(), now=timezone.now())
        load_threads(loading.demonstration_threads(), now=timezone.now())
        self.stdout.write(f"Groupes de démonstration\u00a0: {added} groupes fictifs ajoutés.")
