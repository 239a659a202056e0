"""What one's own agenda says of agreements: a review to come, an end foreseen, what is awaited from who speaks for a partner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliage.agreements.enums import READERS, PartnerState, State
from alliage.agreements.models import Agreement, Answer, Moment, Partner, Review, Signature
from alliage.agreements.queries.agreements import spoken_by
from alliage.directory.models import Entry

# What a date is of. The last three have no day of their own: theirs is the one since which they are awaited.
REVIEW, END, ANSWER, SIGNATURE, INVITED = "review", "end", "answer", "signature", "invited"


@dataclass(frozen=True)
class Due:
    """`at`: when it became so."""

    what: str
    agreement: Agreement
    day: date
    at: datetime

    @property
    def is_awaited(self) -> bool:
        """Since a day, and not for one."""
        return self.what not in (REVIEW, END)


def due_for(user: Any) -> list[Due]:
    """Each once, for who speaks for a partner; nothing for anyone else. One query.

    A signature is awaited once another partner signed: until then all are still writing. Those that nothing undid are of one text.
    """
    found = {(row.what, row.agreement.pk): row for row in _read(_mine(user))}
    return sorted(found.values(), key=lambda row: (row.day, row.agreement.pk, row.what))


def _mine(user: Any) -> QuerySet[Partner]:
    """Partners, asked or in, that this member speaks for, and what to know of each."""
    spoken = Entry.objects.filter(spoken_by(user), pk=OuterRef("entry"))
    standing = Signature.objects.filter(undone_at=None)
    by_another = standing.filter(partner__agreement=OuterRef("agreement"), partner__state=PartnerState.IN)
    opened = Review.objects.filter(agreement=OuterRef("agreement"), closed_at=None)
    said = Answer.objects.filter(partner=OuterRef("pk"), review__closed_at=None)
    moments = Moment.objects.filter(agreement=OuterRef("agreement"))
    found = Partner.objects.filter(Exists(spoken), state__in=READERS).exclude(agreement__state=State.CLOSED)
    return found.select_related("agreement").annotate(
        has_signed=Exists(standing.filter(partner=OuterRef("pk"))),
        first_signed_at=Subquery(by_another.order_by("at").values("at")[:1]),
        opened_at=Subquery(opened.values("opened_at")[:1]),
        has_answered=Exists(said),
        moved_at=Coalesce(Subquery(moments.order_by("-at").values("at")[:1]), F("agreement__created_at")),
    )


def _read(rows: Iterable[Any]) -> Iterable[Due]:
    for row in rows:
        yield from _to_sign(row) if row.agreement.state == State.SCOPING else _lived(row)


def _to_sign(row: Any) -> Iterable[Due]:
    if row.state == PartnerState.INVITED:
        yield _since(INVITED, row, row.invited_at)
    elif row.first_signed_at is not None and not row.has_signed:
        yield _since(SIGNATURE, row, row.first_signed_at)


def _lived(row: Any) -> Iterable[Due]:
    """Its end; a review to come; once it is open, the answer of who gave none."""
    if row.agreement.ends_on is not None:
        yield Due(END, row.agreement, row.agreement.ends_on, row.moved_at)
    if row.agreement.state != State.ACTIVE:
        return
    if row.opened_at is None:
        yield Due(REVIEW, row.agreement, row.agreement.review_due_on, row.moved_at)
    elif not row.has_answered:
        yield _since(ANSWER, row, row.opened_at)


def _since(what: str, row: Any, at: datetime) -> Due:
    return Due(what, row.agreement, timezone.localdate(at), at)
