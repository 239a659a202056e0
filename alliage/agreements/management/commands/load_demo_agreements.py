"""`alliage load_demo_agreements`: bring in the fictitious agreements of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.agreements.services.demo_agreements import load


class Command(BaseCommand):
    help = (
        "Charge les accords d’alliance fictifs de démonstration\u00a0; ceux qui sont déjà là sont laissés tels quels."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Accords de démonstration\u00a0: {added} ajoutés.")
