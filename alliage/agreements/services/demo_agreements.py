"""The fictitious agreements of the demonstration: one lived for six months and reviewed, one that a partner signed, one under way.
Nobody is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, Answer, AnswerLine, Moment, Partner, Review, Signature
from alliage.agreements.queries.conventions import PURPOSE, digest_of
from alliage.agreements.queries.reviews import affirmations
from alliage.agreements.services.agreements import next_review
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
    acting = list(zip(partners, (by for _one, by in sides), strict=True))
    for partner, by in acting:
        if partner.entry is not None and partner.entry.slug in row.get("signed", ()):
            _sign(partner, row["text"], by, at=at + timedelta(days=5))
    if "review" in row or row.get("is_active"):
        writing.close(document, by=None, now=at)
        _lived(made, row, acting)
    if "review" in row:
        _reviewed(made, row, acting, now=now)
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


def _sign(partner: Partner, text: str, by: Member, *, at: datetime) -> None:
    Signature.objects.create(partner=partner, digest=digest_of(text), by=by, at=at)
    _moment(partner.agreement, _("%(name)s signe la convention.") % {"name": partner.name}, by, at=at)


def _lived(made: Agreement, row: dict[str, Any], acting: list[tuple[Partner, Member]]) -> None:
    """Signed by all, then begun: a review is due six months later."""
    signed = made.created_at + timedelta(days=10)
    for partner, by in acting:
        _sign(partner, row["text"], by, at=signed)
    made.signed_text, made.digest, made.agreed_at = row["text"], digest_of(row["text"]), signed
    made.ends_on = timezone.localdate(signed) + timedelta(days=row["lasts_days"])
    made.active_at, made.state = signed + timedelta(days=2), State.ACTIVE
    made.review_due_on = next_review(timezone.localdate(made.active_at))
    made.save()
    _moment(made, _("L’accord commence."), acting[0][1], at=made.active_at)


def _reviewed(made: Agreement, row: dict[str, Any], acting: list[tuple[Partner, Member]], *, now: datetime) -> None:
    """What comes next is to talk about it."""
    at = now - timedelta(days=5)
    made.state, made.review_due_on = State.REVIEWED, None
    made.save()
    asked = [{"code": each.code, "text": each.text} for each in affirmations() if each.is_asked]
    review = Review.objects.create(
        agreement=made, number=1, asked=asked, opened_by=acting[0][1], opened_at=at, closed_at=at
    )
    for (partner, by), said in zip(acting, row["review"], strict=True):
        answer = Answer.objects.create(review=review, partner=partner, word=said["word"], by=by, at=at)
        AnswerLine.objects.bulk_create(
            AnswerLine(answer=answer, code=each["code"], light=said["lights"].get(each["code"], "green"))
            for each in asked
        )
    _moment(made, _("Le bilan de santé est fait."), acting[-1][1], at=at)
