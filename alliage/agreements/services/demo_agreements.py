"""The fictitious agreements of the demonstration: one lived for six months and reviewed, one that begins. Nobody is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, Answer, AnswerLine, Moment, Partner, Review, Signature
from alliage.agreements.queries.conventions import PURPOSE, digest_of
from alliage.agreements.queries.reviews import affirmations
from alliage.directory.models import Entry
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.writing import services as writing
from alliage.writing.registry import Writer, member_key, purposes

DATA = Path(__file__).resolve().parent.parent / "data" / "demo_agreements.json"


@transaction.atomic
def load(*, now: datetime) -> int:
    """Add those whose organisations and people are there, and that are not; answers how many were added."""
    rows: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["agreements"]
    return sum(_load(row, now=now) for row in rows)


def _load(row: dict[str, Any], *, now: datetime) -> int:
    entries = {each.slug: each for each in Entry.objects.filter(slug__in=row["partners"], is_demo=True)}
    people = {each.email: each for each in Member.objects.filter(email__in=row["partners"].values(), is_demo=True)}
    is_known = len(entries) == len(people) == len(row["partners"])
    if not is_known or Agreement.objects.filter(subject=row["subject"], is_demo=True).exists():
        return 0
    sides = [(entries[slug], people[email]) for slug, email in row["partners"].items()]
    at = now - timedelta(days=row["days"])
    made = Agreement.objects.create(subject=row["subject"], holder=sides[0][1], created_at=at, is_demo=True)
    lever = taxonomy.term(Vocabulary.LEVIERS, "alliance")
    made.terms.set([lever] if lever is not None else [])
    partners = [_partner(made, entry, by, at=at) for entry, by in sides]
    _moment(made, _("%(name)s ouvre l’accord.") % {"name": partners[0].name}, sides[0][1], at=at)
    writer = Writer(member_key(sides[0][1]), sides[0][1].get_full_name(), can_write=True)
    purpose: Any = purposes.get(PURPOSE)
    document = writing.create(purpose, made.pk, _("Convention"), by=writer, now=at, text=row["text"])
    if "review" in row:
        writing.close(document, by=None, now=at)
        _lived(made, row, list(zip(partners, (by for _one, by in sides), strict=True)), now=now)
    return 1


def _partner(made: Agreement, entry: Entry, by: Member, *, at: datetime) -> Partner:
    return Partner.objects.create(
        agreement=made,
        entry=entry,
        name=entry.name,
        state=PartnerState.IN,
        invited_by=by,
        invited_at=at,
        answered_at=at,
    )


def _moment(made: Agreement, text: str, by: Member | None, *, at: datetime) -> None:
    Moment.objects.create(agreement=made, state=made.state, text=text, by=by, at=at)


def _lived(made: Agreement, row: dict[str, Any], sides: list[tuple[Partner, Member]], *, now: datetime) -> None:
    """Signed, begun, then reviewed: what comes next is to talk about it."""
    signed, reviewed = made.created_at + timedelta(days=10), now - timedelta(days=5)
    made.signed_text, made.digest, made.agreed_at = row["text"], digest_of(row["text"]), signed
    made.active_at, made.state = signed + timedelta(days=2), State.REVIEWED
    made.save()
    asked = [{"code": each.code, "text": each.text} for each in affirmations() if each.is_asked]
    review = Review.objects.create(
        agreement=made, number=1, asked=asked, opened_by=sides[0][1], opened_at=reviewed, closed_at=reviewed
    )
    for (partner, by), said in zip(sides, row["review"], strict=True):
        Signature.objects.create(partner=partner, digest=made.digest, by=by, at=signed)
        _moment(made, _("%(name)s signe la convention.") % {"name": partner.name}, by, at=signed)
        answer = Answer.objects.create(review=review, partner=partner, word=said["word"], by=by, at=reviewed)
        AnswerLine.objects.bulk_create(
            AnswerLine(answer=answer, code=each["code"], light=said["lights"].get(each["code"], "green"))
            for each in asked
        )
    _moment(made, _("L’accord commence."), sides[0][1], at=made.active_at)
    _moment(made, _("Le bilan de santé est fait."), sides[-1][1], at=reviewed)
