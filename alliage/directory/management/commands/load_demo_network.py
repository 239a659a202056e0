"""`alliage load_demo_network`: bring in the fictitious network of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.directory import loading, services


class Command(BaseCommand):
    help = "Charge le réseau fictif de démonstration\u00a0; les fiches déjà là sont laissées telles quelles."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        added = services.load_demonstration(loading.demonstration(), now=now)
        alliances = services.load_demonstration_alliances(loading.demonstration("alliances"), now=now)
        rows = loading.demonstration("needs", loading.DEMONSTRATION_NEEDS)
        needs = services.load_demonstration_needs(rows, now=now)
        shown = services.load_demonstration_deeds(loading.demonstration("deeds", loading.DEMONSTRATION_DEEDS), now=now)
        self.stdout.write(
            f"Réseau de démonstration\u00a0: {added} fiches fictives ajoutées, {alliances} alliances, {needs} besoins et offres, "
            f"{shown} natures de preuves montrées."
        )
