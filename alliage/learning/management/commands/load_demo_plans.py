"""`alliage load_demo_plans`: bring in the fictitious plan of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.learning.services.demo_plans import load


class Command(BaseCommand):
    help = "Charge le plan d’action fictif de démonstration\u00a0; celui qui est déjà là est laissé tel quel."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Actions de démonstration\u00a0: {added} ajoutées.")
