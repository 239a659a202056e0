"""Create the fictitious people of the demonstration. Only in demonstration mode."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alliage.accounts.services.demo import load_personas, personas


class Command(BaseCommand):
    help = "Crée les personnes fictives de la démonstration (sans effet la seconde fois)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Le mode démonstration est éteint\u00a0: aucune personne fictive n’est créée.")
        created = load_personas(now=timezone.now())
        self.stdout.write(f"Personnes de démonstration : {len(personas())}, dont {created} nouvelles")
