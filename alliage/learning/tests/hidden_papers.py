"""A photographed sheet of a territory: its readings say « canari »; nobody else finds its pages, its picture, its lines."""

from datetime import datetime

from alliage.accounts.models import Member
from alliage.learning.tests.factories import DiagnosticFactory, TerritoryFileFactory
from alliage.learning.tests.world_papers import deep, read_page


def plant_papers(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts."""
    diagnostic = DiagnosticFactory(file=TerritoryFileFactory(holder=owner), opened_at=now)
    page = read_page(diagnostic, owner)
    page.boxes["regard"]["why"] = "canari"
    page.save()
    line = list(page.boxes)[-1]
    written = read_page(deep(diagnostic.file, now=now), owner)
    base = f"/diagnostic/dossiers/{diagnostic.file_id}/diagnostics/1/papier"
    other = f"/diagnostic/dossiers/{diagnostic.file_id}/diagnostics/2/papier/{written.pk}/"
    pages = (f"{base}/", f"{base}/saisie/", f"{base}/{page.pk}/", other)
    assert page.file is not None
    return [
        *pages,
        f"{base}/feuilles.pdf",
        f"{base}/{page.pk}/{line}.jpg",
        f"{other}preuve-alliance.jpg",
        page.file.get_absolute_url(),
    ], [*pages]
