"""`alliage load_resources`: bring in the project's guides, the documents of 2020 and, in demonstration, fictitious practices."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.library import loading
from alliage.library.services.demonstration import load_reviews
from alliage.library.services.loading import load

EVERY = 10


class Command(BaseCommand):
    help = "Charge les guides et les documents du programme de 2020\u00a0; ce qui a été modifié sur le site est gardé."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [row for path in loading.files(with_demo=settings.DEMO) for row in loading.read(path)]
        done: Counter[str] = Counter()
        for outcome in load(rows, now=timezone.now()):
            done[outcome] += 1
            if done.total() % EVERY == 0:
                self.stdout.write(f"{100 * done.total() // len(rows)} %")
        if settings.DEMO:
            load_reviews(loading.read_reviews(), now=timezone.now())
        self.stdout.write(
            f"Ressources\u00a0: {done['added']} ajoutées, {done['changed']} mises à jour, {done['unchanged']} inchangées, "
            f"{done['kept']} modifiées sur le site et gardées."
        )
