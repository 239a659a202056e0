"""`alliage load_rencontres`: bring in the Rencontre of 8 July 2020, as its programme announces it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.events.services import founding

SAID = {
    founding.Outcome.ADDED: "ajoutée",
    founding.Outcome.COMPLETED: "reliée à l’annuaire et aux ressources",
    founding.Outcome.UNCHANGED: "inchangée",
    founding.Outcome.KEPT: "modifiée sur le site et gardée",
}


class Command(BaseCommand):
    help = "Charge la Rencontre du 8 juillet 2020\u00a0; ce qui a été modifié sur le site est gardé."

    def handle(self, *args: Any, **options: Any) -> None:
        said = founding.read()
        outcome = founding.load(said, now=timezone.now())
        self.stdout.write(f"Rencontre de {said['event']['date'][:4]}\u00a0: {SAID[outcome]}.")
