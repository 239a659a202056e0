"""`alliage load_barometers`: bring in the figures that the founding document publishes."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.questionnaires.barometers.services import load


class Command(BaseCommand):
    help = "Charge les baromètres de la plateforme\u00a0; ce qui a été changé ou retiré sur le site est gardé ainsi."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load(now=timezone.now())
        self.stdout.write(f"Baromètres\u00a0: {done['added']} ajoutés, {done['kept']} gardés.")
