"""`alliage load_run_sheets`: bring in the run sheets that come with the platform."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.rooms.services.run_sheets import load


class Command(BaseCommand):
    help = "Charge les déroulés de la plateforme\u00a0; ceux des membres sont gardés tels quels."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Déroulés\u00a0: {load(now=timezone.now())}.")
