"""Create the groups of roles with their rights, and publish the texts of consents. Run at each start."""

from typing import Any

from django.core.management.base import BaseCommand

from alliage.accounts.services import load_consent_texts, set_up_roles


class Command(BaseCommand):
    help = (
        "Crée les groupes des rôles et leurs droits, publie les textes des consentements (sans effet la seconde fois)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in set_up_roles().items():
            self.stdout.write(f"{name} : {count} droits")
        self.stdout.write(f"Textes de consentement publiés : {load_consent_texts()}")
