"""Territories that count in « la vue des besoins », for tests."""

from datetime import datetime
from typing import Any

from alliage.learning.models import Diagnostic, NeedsPlace, TerritoryFile
from alliage.learning.services import needs
from alliage.learning.tests.factories import LEVERS, NOW, DiagnosticFactory, TerritoryFileFactory, holder_of
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.tests.factories import TerritoryFactory


def a_region(code: str = "84", name: str = "Région d’essai") -> Territory:
    found: Territory = TerritoryFactory(kind=Kind.REGION, code=code, name=name)
    return found


def a_departement(code: str = "42", *, region: Territory | None = None) -> Territory:
    found: Territory = TerritoryFactory(kind=Kind.DEPARTEMENT, code=code, name=f"Département {code}", region=region)
    return found


def result(*wanted: str, respondents: int = 3) -> dict[str, Any]:
    """Low and wished for on these levers, settled on the others."""
    said = {lever: {"level": 3, "wish": 2.0} for lever in LEVERS}
    return {"respondents": respondents, "levers": said | {lever: {"level": 2, "wish": 3.5} for lever in wanted}}


def measured(file: TerritoryFile, *wanted: str, now: datetime = NOW, **said: Any) -> Diagnostic:
    """One more closed diagnostic of the file."""
    made: Diagnostic = DiagnosticFactory(
        file=file, number=file.diagnostics.count() + 1, opened_at=now, closed_at=now, result=result(*wanted, **said)
    )
    return made


def counted(area: Territory, *wanted: str, holder: Any = None, agrees: bool = True, **said: Any) -> TerritoryFile:
    """A commune of this département (or collectivity) with a result, whose holder says yes."""
    where = {"com" if area.kind == Kind.COM else "departement": area}
    file: TerritoryFile = TerritoryFileFactory(
        territory=TerritoryFactory(region=area.region if area.kind == Kind.DEPARTEMENT else None, **where),
        holder=holder,
    )
    measured(file, *wanted, **said)
    if agrees:
        needs.agree(file, by=holder_of(file), now=NOW)
    return file


def inside() -> dict[int, int]:
    """Those that the last reading counts: file → result. Only whole lots do."""
    lots: dict[int, list[tuple[int, int]]] = {}
    for place in NeedsPlace.objects.filter(left_at=None):
        lots.setdefault(place.lot_id, []).append((place.file_id, place.diagnostic_id))
    return dict(pair for pairs in lots.values() if len(pairs) == 5 for pair in pairs)
