"""What the commands that import a file share: options, progress, report in French, refusal."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.imports.engine import Report, Row, run
from alliage.imports.registry import Batch
from alliage.refusals import Refusal
from alliage.territories import services
from alliage.territories.importers.progress import ProgressLine


def day(text: str) -> date:
    """The type of `--date` options: 2026-01-31."""
    return date.fromisoformat(text)


Prepared = tuple[Iterable[Row], Batch, int]


class FileImportCommand(BaseCommand):
    """Subclasses add their options and `prepare` the rows and what to do with each."""

    subject = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’enregistre rien")
        parser.add_argument(
            "--skip-refused", action="store_true", help="enregistre les lignes acceptées même si d’autres sont refusées"
        )
        self.add_options(parser)

    def add_options(self, parser: ArgumentParser) -> None:
        """Options of this import."""

    def prepare(self, path: Path, options: dict[str, Any]) -> Prepared:
        """Rows, what to do with them, and how many there are (0 when unknown)."""
        raise NotImplementedError

    def written(self, report: Report, options: dict[str, Any]) -> None:
        """What remains to be recorded once the rows are kept."""

    def remember(
        self, name: str, report: Report, options: dict[str, Any], *, label: str, version: str, licence: str = ""
    ) -> None:
        """Say on the site where the rows that are kept come from, and how many there are."""
        services.record_source(
            name,
            label=label,
            version=version,
            source=options["source"],
            licence=licence,
            counts={"rows": report.total - report.refused_count},
            now=timezone.now(),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        progress = ProgressLine(self.stderr, self.subject)
        try:
            report = self._run(progress, options)
        except (Refusal, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            progress.end()
        for line in report.lines():
            self.stdout.write(line)
        if report.written:
            self.written(report, options)
            services.forget_copies()
        if report.refused_count and not report.written and not report.dry_run:
            raise CommandError(_("Rien n’est enregistré."))

    def _run(self, progress: ProgressLine, options: dict[str, Any]) -> Report:
        progress(0, _("lecture du fichier"))
        rows, batch, total = self.prepare(options["file"], options)
        report = run(
            rows,
            batch.apply,
            dry_run=options["dry_run"],
            skip_refused=options["skip_refused"],
            write=batch.write,
            prepare=batch.prepare,
            progress=lambda seen: progress(min(99, 100 * seen // max(total, seen, 1)), _("écriture")),
        )
        progress(100, _("terminé"))
        return report
