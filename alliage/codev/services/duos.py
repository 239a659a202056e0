"""Writes of duos: take part, stop, skip a month; the draw of a month; agree on a moment."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.composing_enums import TurnOutcome
from alliage.codev.models import Duo, DuoMember, DuoRound, DuoTurn
from alliage.codev.pairing import pair
from alliage.codev.queries import availabilities
from alliage.codev.queries import duos as queries
from alliage.notifications.services import notify
from alliage.refusals import Refusal

PAIRED, ALONE, MOMENT = "codev.duo", "codev.duo_alone", "codev.duo_moment"


class DuoRefused(Refusal):
    """The rules of duos say no."""


# --- Take part -----------------------------------------------------------------------------------------------------


@transaction.atomic
def take_part(*, by: Member, now: datetime) -> DuoMember:
    """The member agrees to be paired each month and that her name goes to the other. Twice is once."""
    if not availabilities.ticked(by):
        raise DuoRefused(
            _("Dites d’abord quand vous êtes libre\u00a0: un duo se tient à une heure qui convient aux deux.")
        )
    row, _created = DuoMember.objects.get_or_create(member=by, defaults={"joined_at": now})
    if row.stopped_at is not None:
        row.joined_at, row.stopped_at, row.skipped_month = now, None, None
        row.save(update_fields=["joined_at", "stopped_at", "skipped_month"])
    return row


@transaction.atomic
def stop(*, by: Member, now: datetime) -> None:
    """No more duos: the one of the month is called off too. Twice is once."""
    DuoMember.objects.filter(member=by, stopped_at=None).update(stopped_at=now)
    _call_off(by, queries.month_of(now), now=now)


@transaction.atomic
def skip(month: date, *, by: Member, now: datetime) -> None:
    """Leave one month out; if it is drawn already, the other is told and served first next time. Twice is once."""
    row = DuoMember.objects.select_for_update().filter(member=by, stopped_at=None).first()
    if row is None:
        raise DuoRefused(_("Vous ne participez pas aux duos."))
    if month < queries.month_of(now):
        raise DuoRefused(_("Ce mois est passé\u00a0: rien n’a été changé."))
    row.skipped_month = month
    row.save(update_fields=["skipped_month"])
    _call_off(by, month, now=now)


@transaction.atomic
def come_back(*, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """No month is left out any more; a month that is drawn already stays as it is."""
    DuoMember.objects.filter(member=by).update(skipped_month=None)


def _call_off(member: Member, month: date, *, now: datetime) -> None:
    turn = DuoTurn.objects.select_for_update(of=("self",)).filter(member=member, month=month).first()
    if turn is None:
        return
    DuoTurn.objects.filter(pk=turn.pk).update(outcome=TurnOutcome.SKIPPED)
    if turn.duo_id is None:
        return
    duo = Duo.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=turn.duo_id).first()
    if duo is None or duo.cancelled_at is not None:
        return
    duo.cancelled_at, other = now, duo.other(member)
    duo.save(update_fields=["cancelled_at"])
    left = DuoTurn.objects.filter(member=other, month=month, outcome=TurnOutcome.PAIRED)
    if left.update(outcome=TurnOutcome.LEFT_OUT):
        notify(other, ALONE, duo, by=member, now=now, key="off")


# --- The draw of a month -------------------------------------------------------------------------------------------


@transaction.atomic
def draw(now: datetime) -> DuoRound | None:
    """Pair everyone for the month, once; None when it was done. Pairs of more than a year are forgotten first."""
    month = queries.month_of(now)
    drawn = _taken(month, now=now)
    if drawn is None:
        return None
    _forget_old(month)
    members = {row.member_id: row.member for row in queries.taking_part(month)}
    pairs, alone = pair(queries.partners(month))
    for first, second in pairs:
        _pair(members[first], members[second], month, now=now)
    for pk in alone:
        turn = DuoTurn.objects.create(member=members[pk], month=month, outcome=TurnOutcome.LEFT_OUT)
        notify(members[pk], ALONE, turn, by=None, now=now)
    drawn.pairs, drawn.left_out = len(pairs), len(alone)
    drawn.save(update_fields=["pairs", "left_out"])
    return drawn


def _taken(month: date, *, now: datetime) -> DuoRound | None:
    """The draw of a month, for the first worker that asks."""
    try:
        with transaction.atomic():
            return DuoRound.objects.create(month=month, made_at=now)
    except IntegrityError:
        return None


def _pair(first: Member, second: Member, month: date, *, now: datetime) -> None:
    duo = Duo.objects.create(
        month=month, first=first, second=second, proposed=queries.moments(first, second, now), created_at=now
    )
    DuoTurn.objects.bulk_create(
        DuoTurn(member=each, month=month, outcome=TurnOutcome.PAIRED, duo=duo) for each in (first, second)
    )
    for each in (first, second):
        duo.told = each
        notify(each, PAIRED, duo, by=None, now=now)


def _forget_old(month: date) -> None:
    """A pair may meet again after a year; what was drawn before is of no use to anyone."""
    limit = queries.a_year_before(month)
    Duo.objects.filter(month__lte=limit).delete()
    DuoTurn.objects.filter(month__lte=limit).delete()


# --- A moment ------------------------------------------------------------------------------------------------------


@transaction.atomic
def choose_moment(duo: Duo, starts_at: datetime, *, by: Member, now: datetime, video_url: str = "") -> Duo:
    """Say which of the moments proposed suits; the other agrees, or chooses another."""
    row = _locked(duo, by)
    if starts_at not in queries.moments_of(row):
        raise DuoRefused(_("Choisissez l’un des moments proposés."))
    if starts_at <= now:
        raise DuoRefused(_("Ce moment est passé\u00a0: choisissez-en un autre."))
    if row.starts_at == starts_at and row.chosen_by_id != by.pk:
        return _agreed(row, by=by, now=now)
    row.starts_at, row.chosen_by, row.agreed_at = starts_at, by, None
    row.video_url = video_url
    row.save(update_fields=["starts_at", "chosen_by", "agreed_at", "video_url"])
    _tell_other(row, by=by, now=now, key=f"{by.pk}|{starts_at.isoformat()}")
    return row


@transaction.atomic
def agree(duo: Duo, *, by: Member, now: datetime) -> Duo:
    """The moment that the other chose suits. Twice is once."""
    row = _locked(duo, by)
    if row.starts_at is None or row.chosen_by_id == by.pk:
        raise DuoRefused(_("Choisissez d’abord un moment."))
    return _agreed(row, by=by, now=now)


def _agreed(row: Duo, *, by: Member, now: datetime) -> Duo:
    if row.agreed_at is None:
        row.agreed_at = now
        row.save(update_fields=["agreed_at"])
        _tell_other(row, by=by, now=now, key=f"agreed|{row.starts_at}")
    return row


def _tell_other(row: Duo, *, by: Member, now: datetime, key: str) -> None:
    row.told = row.other(by)
    notify(row.told, MOMENT, row, by=by, now=now, key=key)


def _locked(duo: Duo, member: Member) -> Duo:
    found = Duo.objects.select_for_update(of=("self",)).select_related("first", "second")
    row = found.filter(Q(first=member) | Q(second=member), pk=duo.pk, cancelled_at=None).first()
    if row is None:
        raise DuoRefused(_("Ce duo n’a plus lieu."))
    return row


@transaction.atomic
def forget_member(member: Member, *, now: datetime) -> None:
    """Her duos go; whoever was with her this month is told and served first next time."""
    _call_off(member, queries.month_of(now), now=now)
    Duo.objects.filter(Q(first=member) | Q(second=member)).delete()
    DuoTurn.objects.filter(member=member).delete()
    DuoMember.objects.filter(member=member).delete()
