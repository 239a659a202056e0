"""`alliage load_demo_cohorts`: bring in the fictitious cohort of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.learning.services.demo_cohorts import load


class Command(BaseCommand):
    help = "Charge la cohorte fictive de démonstration\u00a0; celle qui est déjà là est laissée telle quelle."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Cohortes de démonstration\u00a0: {added} ajoutée(s).")
