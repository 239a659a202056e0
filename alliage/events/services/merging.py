"""Several needs into one, one into several, off the board, and back: no author is lost, originals stay readable, choices follow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.models import Board, Need, NeedAuthor, NeedLink
from alliage.events.services import needs, voting
from alliage.events.services.boards import WorkshopRefused, locked_open
from alliage.events.services.needs import Said, cleaned, create, move
from alliage.events.workshop_enums import RANKS, LinkKind, NeedState
from alliage.events.workshop_people import Person

MOST_MERGED = 30
MOST_PARTS = 10


def _live(board: Board, asked_for: Iterable[Need]) -> list[Need]:
    """Their rows under the lock of the board, by number."""
    asked = {need.pk for need in asked_for}
    rows = list(Need.objects.select_for_update(of=("self",)).filter(pk__in=asked, board=board).order_by("number"))
    if len(rows) != len(asked) or not all(row.is_live for row in rows):
        raise WorkshopRefused(
            _("L’un de ces besoins n’est plus au tableau. Rien n’a été fait\u00a0: relisez-le, puis recommencez.")
        )
    return rows


def _common(values: list[int | None]) -> int | None:
    return values[0] if len(set(values)) == 1 else None


def _priority(rows: list[Need]) -> str:
    """The highest that any of them was given."""
    return min((row.priority for row in rows), key=lambda code: RANKS[code])


@transaction.atomic
def merge(
    board: Board, merged: Iterable[Need], said: Said, *, by: Person, now: datetime, act: UUID | None = None
) -> Need:
    """One need in other words, signed by all the authors; the originals leave the board and stay readable."""
    row = locked_open(board)
    already = Need.objects.filter(board=row, act=act).first() if act else None
    if already is not None:
        return already
    sources = _live(row, merged)
    if not 2 <= len(sources) <= MOST_MERGED:
        raise WorkshopRefused(
            _("Cochez de deux à %(most)s besoins à fusionner. Rien n’a été fait.") % {"most": MOST_MERGED}
        )
    target = create(
        row,
        cleaned(said),
        now=now,
        act=act,
        session_id=_common([source.session_id for source in sources]),
        subgroup_id=_common([source.subgroup_id for source in sources]),
        priority=_priority(sources),
        is_hidden=any(source.is_hidden for source in sources),
    )
    _link(sources, [target], LinkKind.MERGED, by=by, now=now)
    _sign_by_all(target, sources)
    voting.follow(sources, target)
    for source in sources:
        move(source, NeedState.MERGED, now=now)
    return target


@transaction.atomic
def split(need: Need, parts: Sequence[Said], *, by: Person, now: datetime, act: UUID | None = None) -> list[Need]:
    """Several needs from one, each signed by its authors. Choices are given back: nobody said which part they meant."""
    row = locked_open(need.board)
    wanted = [cleaned(part) for part in parts]
    acts = [uuid5(act, str(rank)) if act else None for rank, _part in enumerate(wanted)]
    already = list(Need.objects.filter(board=row, act__in=[each for each in acts if each]).order_by("number"))
    if already:
        return already
    [source] = _live(row, [need])
    if not 2 <= len(wanted) <= MOST_PARTS:
        raise WorkshopRefused(_("Écrivez au moins deux besoins, %(most)s au plus.") % {"most": MOST_PARTS})
    made = [
        create(
            row,
            said,
            now=now,
            act=name,
            session_id=source.session_id,
            subgroup_id=source.subgroup_id,
            priority=source.priority,
            is_hidden=source.is_hidden,
        )
        for said, name in zip(wanted, acts, strict=True)
    ]
    _link([source], made, LinkKind.SPLIT, by=by, now=now)
    for part in made:
        _sign_by_all(part, [source])
    voting.give_back(source)
    move(source, NeedState.SPLIT, now=now)
    need.refresh_from_db()
    return made


def _link(sources: list[Need], targets: list[Need], kind: LinkKind, *, by: Person, now: datetime) -> None:
    NeedLink.objects.bulk_create(
        NeedLink(source=source, target=target, kind=kind, member=by.member, at=now)
        for source in sources
        for target in targets
    )


def _sign_by_all(target: Need, sources: list[Need]) -> None:
    """Every author of every source, each person once. Whoever was not named somewhere is not named here."""
    authors: list[NeedAuthor] = []
    for each in NeedAuthor.objects.filter(need__in=sources).order_by("need__number", "pk"):
        same = next((author for author in authors if _are_one(author, each)), None)
        if same is None:
            authors.append(
                NeedAuthor(
                    need=target,
                    name=each.name,
                    is_public=each.is_public,
                    member_id=each.member_id,
                    attendee_id=each.attendee_id,
                )
            )
            continue
        same.member_id, same.attendee_id = same.member_id or each.member_id, same.attendee_id or each.attendee_id
        same.name = same.name if each.name else ""
        same.is_public = same.is_public and each.is_public and bool(same.name)
    NeedAuthor.objects.bulk_create(authors)


def _are_one(one: NeedAuthor, other: NeedAuthor) -> bool:
    return (one.member_id is not None and one.member_id == other.member_id) or (
        one.attendee_id is not None and one.attendee_id == other.attendee_id
    )


@transaction.atomic
def undo(need: Need, *, by: Person, now: datetime) -> list[Need]:  # noqa: ARG001 the name of every service
    """What it was born from is on the board again, it and what was born with it are set aside. Refused once one of them went further."""
    row = locked_open(need.board)
    links = list(NeedLink.objects.filter(target=need, target__board=row).select_related("source"))
    if not links:
        raise WorkshopRefused(_("Ce besoin ne vient d’aucun autre\u00a0: il n’y a rien à défaire."))
    sources = [link.source for link in links]
    born = NeedLink.objects.filter(source__in=sources).exclude(target__state=NeedState.WITHDRAWN)
    targets = list(Need.objects.filter(pk__in=born.values("target")).order_by("number"))
    if need.pk not in {target.pk for target in targets} or not all(target.is_live for target in targets):
        raise WorkshopRefused(
            _("Ce qui en est né a changé depuis\u00a0: défaites d’abord la dernière fusion ou séparation.")
        )
    for target in targets:
        voting.forget(target)
        move(target, NeedState.WITHDRAWN, now=now)
    for source in sources:
        move(source, NeedState.LIVE, now=now)
        voting.take_again(row, source)
    need.refresh_from_db()
    return sources


# --- Off the board, and back ----------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(need: Need, *, by: Person, now: datetime) -> Need:  # noqa: ARG001 as above
    """Take it off the board; it can be put back."""
    row = needs.locked(need)
    if row.came_from.exists():
        raise WorkshopRefused(_("Ce besoin vient d’autres besoins\u00a0: défaites plutôt la fusion ou la séparation."))
    voting.give_back(row)
    move(row, NeedState.WITHDRAWN, now=now)
    need.refresh_from_db()
    return row


@transaction.atomic
def put_back(need: Need, *, by: Person, now: datetime) -> Need:  # noqa: ARG001 as above
    """What was withdrawn is on the board again. What an undone merge left aside stays aside."""
    board = locked_open(need.board)
    row = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if row.state != NeedState.WITHDRAWN or row.came_from.exists():
        raise WorkshopRefused(_("Ce besoin ne peut pas être remis au tableau."))
    move(row, NeedState.LIVE, now=now)
    voting.take_again(board, row)
    need.refresh_from_db()
    return row
