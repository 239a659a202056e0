"""`alliage load_taxonomy`: bring the reference vocabularies up to date."""

from typing import Any

from django.core.management.base import BaseCommand

from alliage.taxonomy import loading, services


class Command(BaseCommand):
    help = "Charge les vocabulaires de référence et les listes du réseau ; ce qui a été modifié sur le site est gardé."

    def handle(self, *args: Any, **options: Any) -> None:
        terms = services.load_terms(loading.read_terms())
        lists = services.load_lists(loading.read_lists())
        self.stdout.write(
            f"Repères : {terms['added']} ajoutés, {terms['changed']} mis à jour, {terms['unchanged']} inchangés, "
            f"{terms['kept']} modifiés sur le site et gardés."
        )
        self.stdout.write(f"Listes du réseau : {lists['added']} créées (vides), {lists['kept']} gardées.")
