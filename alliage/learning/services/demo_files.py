"""The fictitious files of the demonstration: real communes, invented teams, two diagnostics six months apart. Nobody is told."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.enums import FileRole, Means, RespondentRole
from alliage.learning.models import Diagnostic, FileMember, Respondent, TerritoryFile
from alliage.learning.services import diagnostics, files, respondents, statements
from alliage.questionnaires import services as engine
from alliage.territories.enums import Kind
from alliage.territories.lookup import find

DATA = Path(__file__).resolve().parent.parent / "data" / "demo_files.json"
HOST = "@demonstration.exemple.fr"
COMMUNE = "26113"
PEOPLE = {
    "lucas.ferrand": FileRole.HOLDER,
    "nadia.belkacem": FileRole.TEAM,
    "yann.kerbrat": FileRole.TEAM,
    "alix.payet": FileRole.CATALYST,
}
# Levels of the four affirmations of each lever, then the wish; « ? » does not know. Three people who disagree.
SAID: dict[str, dict[str, dict[str, str]]] = {
    "first": {
        RespondentRole.ELECTED: {
            "qualifier": "2222-2", "ecosysteme": "3232-2", "strategie": "3332-2", "modele": "2?22-3", "alliance": "3333-3",
            "numerique": "1121-2", "pertinence": "22?1-2",
        },
        RespondentRole.AGENT: {
            "qualifier": "1221-3", "ecosysteme": "2222-3", "strategie": "2122-3", "modele": "1111-3", "alliance": "2221-4",
            "numerique": "2122-3", "pertinence": "1111-2",
        },
        RespondentRole.ASSOCIATION: {
            "qualifier": "2?11-2", "ecosysteme": "1121-4", "strategie": "1?11-3", "modele": "2112-2", "alliance": "1111-4",
            "numerique": "2221-2", "pertinence": "1211-3",
        },
    },
    "second": {
        RespondentRole.ELECTED: {
            "qualifier": "3222-2", "ecosysteme": "3333-2", "strategie": "3333-2", "modele": "2222-3", "alliance": "4333-3",
            "numerique": "2121-3", "pertinence": "2221-3",
        },
        RespondentRole.AGENT: {
            "qualifier": "2222-3", "ecosysteme": "3323-3", "strategie": "2222-3", "modele": "1211-4", "alliance": "3332-4",
            "numerique": "2222-3", "pertinence": "1121-3",
        },
        RespondentRole.ASSOCIATION: {
            "qualifier": "2?21-2", "ecosysteme": "2222-4", "strategie": "1211-3", "modele": "2112-3", "alliance": "2222-4",
            "numerique": "2221-2", "pertinence": "1211-3",
        },
    },
}  # fmt: skip
AGO = {"first": timedelta(days=190), "second": timedelta(days=6)}


# A second one, that asks to be accompanied and is not yet.
ALONE, ALONE_HOLDER = "98735", "teva.marama"


@transaction.atomic
def load(*, now: datetime) -> int:
    """Add the files whose commune and people are there, and that are not; answers how many were added."""
    known = {
        member.email.removesuffix(HOST): member for member in Member.objects.filter(is_demo=True, email__endswith=HOST)
    }
    statements.load(now=now)
    opened = now - AGO["first"] - timedelta(days=20)
    file = _file(COMMUNE, PEOPLE, known, Means.ONE, at=opened)
    if file is not None:
        for number, which in enumerate(SAID, start=1):
            _diagnostic(file, which, number, known["lucas.ferrand"], at=now - AGO[which])
    alone = _file(ALONE, {ALONE_HOLDER: FileRole.HOLDER}, known, Means.NOBODY, at=opened)
    return (file is not None) + (alone is not None)


def _file(
    commune: str, people: dict[str, FileRole], known: dict[str, Member], means: Means, *, at: datetime
) -> TerritoryFile | None:
    """A file that asks to be accompanied; None when it is there already, or when something of it is missing."""
    territory = find(Kind.COMMUNE, commune)
    if territory is None or not set(people) <= set(known) or TerritoryFile.objects.filter(territory=territory).exists():
        return None
    file = TerritoryFile.objects.create(territory=territory, means=means, wants_help=True, created_at=at)
    for code, role in people.items():
        FileMember.objects.create(file=file, member=known[code], role=role, joined_at=at)
    files.note(file, _("Le dossier est ouvert."), by=known[next(iter(people))], now=at)
    return file


def _diagnostic(file: TerritoryFile, which: str, number: int, holder: Member, *, at: datetime) -> None:
    made = Diagnostic.objects.create(
        file=file,
        territory=file.territory,
        opening=diagnostics.ask(file.territory, "", now=at),
        number=number,
        opened_by=holder,
        opened_at=at - timedelta(days=12),
    )
    for role, levers in SAID[which].items():
        who = respondents.create(made, now=at, role=role, shows_role=True)
        engine.answer(made.opening, _answers(levers) | _proofs()[role], respondent=who.key, now=at)
        Respondent.objects.filter(pk=who.pk).update(answered_at=at)
    engine.close(made.opening, by=holder, now=at)
    made.result, made.closed_at = diagnostics.made_of(made, diagnostics.sent(made)), at
    made.save(update_fields=["result", "closed_at"])
    files.note(file, _("Le diagnostic n°\u00a0%(number)d est clos.") % {"number": number}, by=holder, now=at)


@cache
def _proofs() -> dict[str, dict[str, str]]:
    """What each of the three wrote as an example."""
    found: dict[str, dict[str, str]] = json.loads(DATA.read_text(encoding="utf-8"))["proofs"]
    return found


def _answers(levers: dict[str, str]) -> dict[str, Any]:
    """« 2?22-3 » → the four affirmations of a lever, and its wish."""
    found: dict[str, Any] = {}
    for lever, said in levers.items():
        levels, _dash, wish = said.partition("-")
        found |= {f"{lever}-{rank}": level for rank, level in enumerate(levels, start=1)}
        found[f"envie-{lever}"] = wish
    return found
