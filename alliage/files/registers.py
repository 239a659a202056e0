"""The deferred work of files."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.files.services import EXTRACT_JOB, extract_text
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind, kinds


def _extract(_context: JobContext, payload: dict[str, Any]) -> str | None:
    return extract_text(payload["file"], now=timezone.now())


kinds.add(JobKind(EXTRACT_JOB, _("Lire le texte d’un document"), _extract, retries=1))
