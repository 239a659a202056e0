"""`alliage reindex`: makes the index of the search again."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from alliage.search import services


class Command(BaseCommand):
    help = "Refait l’index de recherche à partir de la base. Les pages gardent l’ancien jusqu’à la fin."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        made = services.rebuild(tell=self._tell)
        self.stdout.write(
            _("Index refait : %(total)d documents en %(seconds).1f s.")
            % {"total": made.total, "seconds": time.monotonic() - started}
        )
        if made.failed:
            raise CommandError(
                _("Ces sortes n’ont pas pu être lues, la raison est dans le journal : %(kinds)s.")
                % {"kinds": ", ".join(made.failed)}
            )

    def _tell(self, label: str, done: int) -> None:
        self.stdout.write(f"  {label}\u00a0: {done}")
        self.stdout.flush()
