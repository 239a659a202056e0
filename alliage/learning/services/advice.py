"""Writes of advice: a catalyst proposes something to a territory; the team opens it, agrees, plans it or sets it aside."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning import things
from alliage.learning.enums import ADVICE_MOVES, WRITERS, AdviceKind, AdviceState
from alliage.learning.models import Action, Advice, TerritoryFile
from alliage.learning.services import actions, files
from alliage.notifications.services import mark_read_about, notify, notify_many
from alliage.refusals import Refusal
from alliage.ui.templatetags.ui import date_fr

RECEIVED, NEWS = "learning.advice", "learning.advice_news"
UNOPENED = timedelta(days=14)
# What one person may leave waiting for a territory: more would not be read.
MOST_WAITING = 10
LONGEST_NOTE = 600
_FIELDS = {AdviceKind.RESOURCE: "resource", AdviceKind.PERSON: "entry", AdviceKind.EVENT: "event"}


class AdviceRefused(Refusal):
    """The rules of advice say no."""


@transaction.atomic
def send(file: TerritoryFile, what: things.Live | None, *, text: str = "", by: Any, now: datetime) -> Advice:
    """Propose a resource, a person or a date. The same thing that still waits is the same advice; what came back leaves again."""
    actions.lock(file.pk)
    if what is None or not things.is_live(what):
        raise AdviceRefused(_("Ce que vous proposez n’est plus montré\u00a0: choisissez autre chose."))
    kind, words = things.kind_of(what), actions.plain(text, LONGEST_NOTE)
    waiting = Advice.objects.filter(file=file, sender=by, state=AdviceState.SENT)
    named: dict[str, Any] = {_FIELDS[AdviceKind(kind)]: what}
    same = waiting.filter(**named).first()
    if same is not None:
        return _again(same, words, by=by, now=now) if same.returned_at is not None else same
    if waiting.filter(returned_at=None).count() >= MOST_WAITING:
        raise AdviceRefused(
            _("%(most)d de vos conseils attendent déjà ce territoire\u00a0: laissez-lui le temps de les ouvrir.")
            % {"most": MOST_WAITING}
        )
    made = Advice.objects.create(file=file, sender=by, kind=kind, note=words, sent_at=now, **named)
    _tell_team(made, by=by, now=now)
    files.note(file, _("Un conseil est arrivé"), by=by, now=now)
    return made


def _again(advice: Advice, words: str, *, by: Any, now: datetime) -> Advice:
    advice.note, advice.sent_at, advice.returned_at, advice.opened_at = words or advice.note, now, None, None
    advice.save()
    _tell_team(advice, by=by, now=now)
    return advice


def _tell_team(advice: Advice, *, by: Any, now: datetime) -> None:
    team = Member.objects.filter(territory_files__file=advice.file_id, territory_files__role__in=WRITERS)
    notify_many(team, RECEIVED, advice, by=by, now=now, key=now.isoformat())


@transaction.atomic
def take_back(advice: Advice, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Before it is answered; nothing of it stays. Twice is once."""
    row = Advice.objects.select_for_update().filter(pk=advice.pk).first()
    if row is not None and row.state != AdviceState.SENT:
        raise AdviceRefused(_("Le territoire a déjà répondu à ce conseil\u00a0: il reste dans son dossier."))
    if row is not None:
        row.delete()


# --- What the territory makes of it ----------------------------------------------------------------------------------


def opened(advice: Advice, *, by: Any, now: datetime) -> None:
    """Someone of the team reads it: the first time counts, and whoever sent it sees when."""
    mark_read_about(by, advice, now=now)
    Advice.objects.filter(pk=advice.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def answer(advice: Advice, state: str, *, by: Any, now: datetime) -> Advice:
    """Agree with it, or set it aside; who sent it is told. Planning has its own verb. Twice is once."""
    row = _locked(advice)
    if row.state == state:
        return row
    if state not in (AdviceState.ACCEPTED, AdviceState.SET_ASIDE) or row.action_id is not None:
        raise AdviceRefused(
            _("Ce conseil est déjà au plan\u00a0: c’est son action que vous pouvez changer ou retirer.")
        )
    _move(row, state, by=by, now=now)
    return row


@transaction.atomic
def plan(advice: Advice, *, by: Any, now: datetime) -> Action:
    """It becomes an action of the plan, linked to what was proposed. Twice is once."""
    file = actions.lock(advice.file_id)
    row = _locked(advice)
    if row.action is not None:
        return row.action
    what = things.of(row)[0]
    if not what.is_shown:
        raise AdviceRefused(what.label)
    row.action = actions.create(file, _action(row, what, now=now), by=by, now=now)
    _move(row, AdviceState.PLANNED, by=by, now=now)
    return row.action


def _action(advice: Advice, what: things.Thing, *, now: datetime) -> actions.Said:
    words = {
        AdviceKind.RESOURCE: _("S’inspirer de «\u00a0%s\u00a0»"),
        AdviceKind.PERSON: _("Prendre contact avec %s"),
        AdviceKind.EVENT: _("Participer à «\u00a0%s\u00a0»"),
    }
    event = advice.event
    return actions.Said(
        title=words[AdviceKind(advice.kind)] % what.title[:150],
        reason=_("Conseil reçu le %s") % date_fr(timezone.localdate(advice.sent_at)),
        due_on=timezone.localdate(event.starts_at) if event is not None and event.starts_at > now else None,
        resource=advice.resource,
        entry=advice.entry,
        event=event,
    )


def _move(row: Advice, state: str, *, by: Any, now: datetime) -> None:
    """One way to move, checked against the table of states."""
    if state not in ADVICE_MOVES[row.state]:
        raise AdviceRefused(_("Ce conseil a déjà reçu une réponse."))
    row.state, row.answered_at, row.opened_at = state, now, row.opened_at or now
    row.save()
    mark_read_about(by, row, now=now)
    if row.sender != by:
        notify(row.sender, NEWS, row, by=by, now=now, key=state)


def _locked(advice: Advice) -> Advice:
    found = Advice.objects.select_for_update(of=("self",)).filter(pk=advice.pk)
    row = found.select_related("sender", "action", *things.LINKED).first()
    if row is None:
        raise AdviceRefused(_("Ce conseil vient d’être repris par la personne qui l’avait proposé."))
    return row


# --- Never opened ----------------------------------------------------------------------------------------------------


def give_back(now: datetime) -> int:
    """What nobody opened for a fortnight goes back to who sent it, once; answers for how many."""
    waiting = Advice.objects.filter(
        state=AdviceState.SENT, opened_at=None, returned_at=None, sent_at__lte=now - UNOPENED, sender__is_active=True
    )
    return sum(_give_back(pk, now=now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _give_back(pk: int, *, now: datetime) -> bool:
    """Opened meanwhile, it stays."""
    if not Advice.objects.filter(pk=pk, opened_at=None, returned_at=None).update(returned_at=now):
        return False
    row = Advice.objects.select_related("sender").get(pk=pk)
    notify(row.sender, NEWS, row, by=None, now=now, key=f"returned|{row.sent_at.isoformat()}")
    return True


def forget_member(member: Member) -> None:
    """What they proposed goes with their words; what a territory planned from it stays in its plan."""
    Advice.objects.filter(sender=member).delete()
