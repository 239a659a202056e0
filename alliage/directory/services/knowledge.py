"""Writes of what members know of entries: said, taken back, answered, handed to the animators, settled."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.directory import permissions
from alliage.directory.enums import OUTDATED_MOVES, OutdatedPart, OutdatedState, Says
from alliage.directory.models import Entry, Knowledge
from alliage.directory.queries import knowledge as queries
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal

OWNER_KIND, DESK_KIND, ANSWER_KIND = "directory.outdated", "directory.outdated_desk", "directory.outdated_answered"
# Days that whoever holds the entry has to answer before animators do.
ANSWER_DAYS = 14
AT_ONCE = 500


class KnowledgeRefused(Refusal):
    """That cannot be said of this entry, or was settled meanwhile."""


# --- What members say ----------------------------------------------------------------------------------------------


@transaction.atomic
def say_known(entry: Entry, *, by: Member, now: datetime) -> Knowledge:
    """« Je connais cet acteur »: once, whatever the number of times it is said. It replaces « ce n’est plus exact »."""
    _refuse_others(entry, by)
    nothing = {"part": "", "note": "", "state": OutdatedState.NOTHING, "answer": "", "due_at": None, "settled_at": None}
    said, is_new = Knowledge.objects.select_for_update().get_or_create(
        entry=entry, member=by, defaults={"says": Says.KNOWN, "at": now}
    )
    if not is_new and said.says != Says.KNOWN:
        Knowledge.objects.filter(pk=said.pk).update(says=Says.KNOWN, at=now, **nothing)
        said.refresh_from_db()
    return said


@transaction.atomic
def say_outdated(entry: Entry, *, part: str, note: str, by: Member, now: datetime) -> Knowledge:
    """« Ce n’est plus exact »: whoever holds the entry is told, else animators are. Said again, it replaces the former."""
    _refuse_others(entry, by)
    if part not in OutdatedPart.values:
        raise KnowledgeRefused(_("Dites ce qui n’est plus exact."))
    if not note.strip():
        raise KnowledgeRefused(_("Dites en une phrase ce qui a changé : c’est ce qui permet de corriger."))
    held = _owner(entry) is not None
    said = {
        "says": Says.OUTDATED,
        "part": OutdatedPart(part),
        "note": note.strip()[:500],
        "state": OutdatedState.OPEN if held else OutdatedState.HANDED,
        "answer": "",
        "at": now,
        "due_at": now + timedelta(days=ANSWER_DAYS) if held else None,
        "settled_at": None,
    }
    before = Knowledge.objects.select_for_update().filter(entry=entry, member=by).first()
    if before is not None and (before.part, before.note) == (said["part"], said["note"]) and not before.settled_at:
        return before
    row, _new = Knowledge.objects.update_or_create(entry=entry, member=by, defaults=said)
    key = now.isoformat()
    owner = _owner(entry)
    if owner is not None:
        notify(owner, OWNER_KIND, row, by=None, now=now, key=key)
    else:
        _tell_animators(row, now=now, key=key)
    return row


@transaction.atomic
def take_back(entry: Entry, *, by: Member) -> bool:
    """Whatever was said is no longer said, by this member."""
    deleted, _rows = Knowledge.objects.filter(entry=entry, member=by).delete()
    return bool(deleted)


def _refuse_others(entry: Entry, member: Member) -> None:
    if not permissions.can_say(member, entry):
        raise KnowledgeRefused(_("Vous tenez cette fiche, ou ne la voyez pas : il n’y a rien à en dire ici."))


# --- What whoever holds the entry answers --------------------------------------------------------------------------


@transaction.atomic
def corrected(knowledge: Knowledge, *, answer: str = "", now: datetime) -> None:
    """It was true, and is mended: whoever said it is told."""
    _settle(knowledge, OutdatedState.CORRECTED, answer=answer, now=now)


@transaction.atomic
def dispute(knowledge: Knowledge, *, answer: str, now: datetime) -> None:
    """« C’est toujours exact »: one says no, the other yes; an animator decides, and reads both."""
    row = _locked(knowledge)
    if row.state != OutdatedState.OPEN:
        raise KnowledgeRefused(_("Cela vient d’être réglé, ou confié à l’équipe d’animation."))
    if not answer.strip():
        raise KnowledgeRefused(_("Dites pourquoi c’est toujours exact : l’équipe d’animation lira vos deux versions."))
    row.answer = answer.strip()[:500]
    _hand(row, now=now)


# --- What animators decide, what time does -------------------------------------------------------------------------


@transaction.atomic
def settle(knowledge: Knowledge, *, state: str, answer: str, by: Member, now: datetime) -> None:  # noqa: ARG001 the view checked who
    """An animator says that the entry was corrected, or that it is right; both sides are told."""
    if not answer.strip():
        raise KnowledgeRefused(_("Dites ce que vous avez vérifié : les deux personnes le liront."))
    row = _settle(knowledge, OutdatedState(state), answer=answer, now=now)
    owner = _owner(row.entry)
    if owner is not None:
        notify(owner, ANSWER_KIND, row, by=None, now=now, key=f"owner|{now.isoformat()}")


def tend(now: datetime) -> None:
    """Hand to the animators what was left without an answer; each on its own."""
    for late in queries.late(now)[:AT_ONCE]:
        with transaction.atomic():
            row = _locked(late)
            if row.state == OutdatedState.OPEN:
                _hand(row, now=now)


def _locked(knowledge: Knowledge) -> Knowledge:
    found = Knowledge.objects.select_for_update().filter(pk=knowledge.pk).first()
    if found is None:
        raise KnowledgeRefused(_("La personne a repris ce qu’elle disait : il n’y a plus rien à répondre."))
    return found


def _hand(row: Knowledge, *, now: datetime) -> None:
    row.state, row.due_at = OutdatedState.HANDED, None
    row.save(update_fields=["state", "due_at", "answer"])
    _tell_animators(row, now=now, key=row.at.isoformat())


def _settle(knowledge: Knowledge, state: OutdatedState, *, answer: str, now: datetime) -> Knowledge:
    row = _locked(knowledge)
    if state not in OUTDATED_MOVES[row.state]:
        raise KnowledgeRefused(_("Cela vient d’être réglé, ou confié à l’équipe d’animation."))
    row.state, row.answer, row.due_at, row.settled_at = state, answer.strip()[:500], None, now
    row.save(update_fields=["state", "answer", "due_at", "settled_at"])
    notify(row.member, ANSWER_KIND, row, by=None, now=now, key=now.isoformat())
    return row


def _owner(entry: Entry) -> Member | None:
    return entry.owner if entry.owner is not None and entry.owner.is_active else None


def _tell_animators(row: Knowledge, *, now: datetime, key: str) -> None:
    animators = Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)
    notify_many(animators, DESK_KIND, row, by=None, now=now, key=key)


def forget_member(member: Member) -> None:
    """What a member said goes with the account."""
    Knowledge.objects.filter(member=member).delete()
