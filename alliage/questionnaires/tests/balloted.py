"""An opening answered on paper, for tests: its ballots as they are printed, filled in, photographed, read."""

from typing import Any

from alliage.paper import sheets
from alliage.paper.tests.slips import read_slip
from alliage.questionnaires.ballots import services
from alliage.questionnaires.models import Ballot, Opening
from alliage.questionnaires.services import Scope
from alliage.questionnaires.tests.factories import NOW, asked, opened

THREE = (asked("one", required=True), asked("several", most=2), asked("scale"))


def poll(by: Any = None, **terms: Any) -> Opening:
    return opened(*THREE, by=by, **terms)


def ballot(opening: Opening, owner: Any, **changes: Any) -> Ballot:
    """Read, with its second question in doubt."""
    said = {"doubt": "several", "now": NOW} | changes
    made: Ballot = read_slip(services.KIND, opening, owner, opening.version_id, **said)
    return made


def sheet(opening: Opening, *, series: str = "0A1B2C3D") -> dict[str, Any]:
    """The data of a printed page of ballots."""
    printing = sheets.Printing(services.KIND, opening, opening.version_id, "Un vote", "Cochez.", "Merci.")
    return sheets.data(printing, 1, series=series)


def ids(member: Any) -> dict[str, Any]:
    found = poll(member)
    return {"ballot_opening": found.pk, "ballot": ballot(found, member).pk}


def plant_ballots(owner: Any) -> tuple[list[str], list[str]]:
    """Pages, then acts: its questions say « canari »; nobody else finds them."""
    questions = (asked("one", title="canari voté"), asked("several", title="canari coché"))
    found = opened(*questions, by=owner, scope=Scope("balloted", "1"))
    row = ballot(found, owner)
    base = f"/questionnaires/consultations/{found.pk}/papier"
    pages = [f"{base}/", f"{base}/{row.pk}/"]
    assert row.file is not None
    return [*pages, f"{base}/bulletins.pdf", f"{base}/{row.pk}/several.jpg", row.file.get_absolute_url()], pages
