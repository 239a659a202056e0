"""`alliage load_organisations`: bring in the organisations that the founding document names."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.directory import loading, services


class Command(BaseCommand):
    help = (
        "Charge les organisations nommées par le programme du 8 juillet 2020\u00a0; les fiches confirmées sont gardées."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        report = services.load_organisations(loading.read(), now=timezone.now())
        self.stdout.write(
            f"Organisations : {report['added']} ajoutées, {report['changed']} mises à jour, "
            f"{report['unchanged']} inchangées, {report['kept']} confirmées et gardées."
        )
        if report["unplaced"]:
            self.stdout.write(
                f"{report['unplaced']} lieux attendent les territoires : lancez « alliage import_territories », "
                "puis à nouveau « alliage load_organisations »."
            )
        if report["uncategorised"]:
            self.stdout.write(
                f"{report['uncategorised']} catégories attendent les repères : lancez « alliage load_taxonomy », "
                "puis à nouveau « alliage load_organisations »."
            )
