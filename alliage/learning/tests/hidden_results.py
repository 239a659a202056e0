"""A result whose every word is « canari »: of a file, of a try; the addresses where only their people find it."""

from datetime import datetime

from alliage.accounts.models import Member
from alliage.learning.services import comparison
from alliage.learning.tests.factories import (
    LEVERS,
    DiagnosticFactory,
    TerritoryFileFactory,
    answered,
    closed,
    opened,
    said,
)
from alliage.questionnaires import services as engine


def plant_results(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts: none of them is anybody else's, nor what was answered, nor that this territory waits to be compared."""
    asked = [{"code": "alliance-1", "kind": "one", "title": "canari affirmation", "options": [{"code": "1", "title": "canari niveau"}, {"code": "2", "title": "Deux"}]},
             {"code": "preuve-alliance", "kind": "text", "title": "canari question"}]  # fmt: skip
    file = TerritoryFileFactory(holder=owner)
    diagnostic = DiagnosticFactory(file=file, opening=opened(asked, now=now), opened_at=now)
    for name in ("canari élue", "canari agent", "canari voisin"):
        who = answered(diagnostic, **dict.fromkeys(LEVERS, 1))
        given = said(diagnostic, dict.fromkeys(LEVERS, 1)) | {"preuve-alliance": f"canari preuve de {name}"}
        engine.answer(diagnostic.opening, given, respondent=who.key, now=now)
    closed(diagnostic, now=now)
    comparison.join(diagnostic, by=owner, now=now)
    tried = answered(
        DiagnosticFactory(file=None, opening=opened(asked, now=now), opened_at=now), **dict.fromkeys(LEVERS, 1)
    )
    base = f"/diagnostic/dossiers/{file.pk}/diagnostics/{diagnostic.number}/resultat"
    words = (tried.seed, tried.token_digest, tried.pk, tried.key)
    return (
        [
            *(f"{base}{page}" for page in ("/", ".pdf", ".docx", ".pptx", ".csv", ".json")),
            *(f"/diagnostic/repondre/{word}/resultat/" for word in words),
        ],
        [f"{base}/"],
    )
