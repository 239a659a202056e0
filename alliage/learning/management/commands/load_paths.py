"""`alliage load_paths`: the first learning paths, one for each levier, and « Premier kilomètre »."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.learning.services import first_paths


class Command(BaseCommand):
    help = "Charge les premiers parcours\u00a0; ce qui a été modifié sur le site est gardé."

    def handle(self, *args: Any, **options: Any) -> None:
        done = Counter(first_paths.load(row, now=timezone.now()) for row in first_paths.read())
        self.stdout.write(
            f"Parcours\u00a0: {done['added']} ajoutés, {done['changed']} mis à jour, {done['unchanged']} inchangés, "
            f"{done['kept']} modifiés sur le site et gardés."
        )
