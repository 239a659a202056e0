"""A need said at a gathering, as « Besoins et offres » posts it; the page of the gathering, as everyone reads it.

Three origins: written after a sequence, posted by its author; said in a workshop, posted by its author; said in a workshop, posted by
who reports it. What was said is not shown there. One may have said it without a name: the post of its author, which bears one, does
not say where it was born. The post of who reports bears that person's name, and never the author's; it says what the published
specification says already, since people speak in a workshop knowing that nothing is public before it.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.text import Truncator

from alliage.directory.registry import Begun, Born
from alliage.events import live_people, workshop_people
from alliage.events.live_enums import ContributionKind
from alliage.events.live_people import Visitor
from alliage.events.models import Contribution, Need, NeedAuthor, Sequence
from alliage.events.queries import live as queries
from alliage.events.queries import specifications
from alliage.events.specification_texts import sentence_of
from alliage.events.workshop_enums import NeedState
from alliage.events.workshop_people import Place

CODE, SAID, REPORTED = "events.contribution", "events.need", "events.need_reported"
LONGEST_TITLE = 140


def _begun(text: str) -> Begun:
    title = Truncator(" ".join(text.split())).chars(LONGEST_TITLE)
    return Begun(title, text if text != title else "")


def _born(sequence: Sequence) -> Born | None:
    if not sequence.event.is_public:
        return None
    place = sequence if sequence.event.is_rencontre else sequence.event
    return Born(place.title, place.get_absolute_url())


# --- Written after a sequence --------------------------------------------------------------------------------------


def _need(number: int) -> Contribution | None:
    found = Contribution.objects.filter(pk=number, kind=ContributionKind.NEED)
    return found.select_related("sequence__event").first()


def begun(request: HttpRequest, number: int) -> Begun | None:
    """For whoever wrote it, signed in or by the personal link that this browser opened."""
    found = _need(number)
    if found is None:
        return None
    attendee = workshop_people.person_of_event(request.user, request.COOKIES, found.sequence.event_id)
    visitor = Visitor(live_people.member_of(request.user), attendee)
    if found not in queries.written_by(found.sequence, visitor):
        return None
    return _begun(found.text)


def born(number: int) -> Born | None:
    found = _need(number)
    return _born(found.sequence) if found is not None and found.signed else None


# --- Said in a workshop --------------------------------------------------------------------------------------------


class Offer(NamedTuple):
    """That this person may post a need of a workshop: by which way, and whether the post will say where it was born. `origin` is empty
    as long as its words are not in a published specification, for who reports it. `words`: what the post begins with."""

    origin: str
    words: Need | Mapping[str, Any]
    is_reported: bool
    is_told: bool


def offer(place: Place, need: Need) -> Offer | None:
    """To its author, else to who reports the workshop or the sub-group where it was said: one query for the latter alone."""
    if not need.is_live or need.is_hidden:
        return None
    if workshop_people.wrote(place.person, need):
        is_named = all(author.name and author.is_public for author in need.authors.all())
        return Offer(f"{SAID}:{need.pk}", need, is_reported=False, is_told=is_named and place.event.is_public)
    if workshop_people.reports(place.standing, need):
        words = specifications.published_need(need)
        origin = f"{REPORTED}:{need.pk}" if words is not None else ""
        return Offer(origin, words or need, is_reported=True, is_told=place.event.is_public)
    return None


def _begun_in_workshop(code: str, request: HttpRequest, number: int) -> Begun | None:
    authors = "authors__attendee", "authors__member"
    need = Need.objects.filter(pk=number).select_related("board", "subgroup").prefetch_related(*authors).first()
    place = workshop_people.place(request.user, request.COOKIES, need.board.sequence_id) if need is not None else None
    if need is None or place is None or not place.standing.reads:
        return None
    offered = offer(place, need)
    if offered is None or offered.origin != f"{code}:{number}":
        return None
    said = sentence_of(offered.words)
    return _begun(unnamed(said, need) if offered.is_reported else said)


def unnamed(said: str, need: Need) -> str:
    """The sentence without the names of its authors, should they have written them in it."""
    for author in need.authors.all():
        people = (author, author.attendee, author.member)
        for name in {str(each.name) for each in people if each is not None and each.name}:
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", said, flags=re.IGNORECASE)
    return said


def begun_said(request: HttpRequest, number: int) -> Begun | None:
    """For whoever said it, signed in or by the personal link that this browser opened."""
    return _begun_in_workshop(SAID, request, number)


def begun_reported(request: HttpRequest, number: int) -> Begun | None:
    """For whoever reports it, and did not say it, once its words are public."""
    return _begun_in_workshop(REPORTED, request, number)


def _born_in_workshop(number: int, **more: Any) -> Born | None:
    without_name = NeedAuthor.objects.filter(Q(name="") | Q(is_public=False), need=OuterRef("pk"))
    shown = Need.objects.exclude(state=NeedState.WITHDRAWN).annotate(without_name=Exists(without_name))
    found = shown.filter(pk=number, is_hidden=False, **more).select_related("board__sequence__event").first()
    return _born(found.board.sequence) if found is not None else None


def born_said(number: int) -> Born | None:
    """Its authors, all of them, let their name be published."""
    return _born_in_workshop(number, without_name=False)


def born_reported(number: int) -> Born | None:
    """The post bears the name of who reports, whoever said it."""
    return _born_in_workshop(number)
