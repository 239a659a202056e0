"""`alliage load_demo_files`: bring in the fictitious territories' files of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.learning.services.demo_files import load


class Command(BaseCommand):
    help = "Charge les dossiers de territoire fictifs de démonstration\u00a0; ceux qui sont déjà là sont laissés tels quels."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Dossiers de territoire de démonstration\u00a0: {added} dossiers fictifs ajoutés.")
