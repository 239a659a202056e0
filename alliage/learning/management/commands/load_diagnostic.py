"""`alliage load_diagnostic`: bring in the affirmations of the diagnostic."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.learning.services.statements import load


class Command(BaseCommand):
    help = "Charge les affirmations du diagnostic\u00a0; celles qui ont été revues sur le site sont gardées."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load(now=timezone.now())
        self.stdout.write(
            f"Diagnostic\u00a0: {done['added']} affirmations ajoutées, {done['changed']} changées, {done['kept']} gardées."
        )
