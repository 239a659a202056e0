"""`alliage load_demo_events`: bring in the fictitious events of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.events.services import demo_events


class Command(BaseCommand):
    help = "Charge les rendez-vous fictifs de démonstration\u00a0; ceux qui sont à venir sont laissés tels quels."

    def handle(self, *args: Any, **options: Any) -> None:
        added = demo_events.load(demo_events.read(), now=timezone.now())
        self.stdout.write(f"Rendez-vous de démonstration\u00a0: {added} rendez-vous fictifs ajoutés.")
