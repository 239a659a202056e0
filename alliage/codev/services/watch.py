"""The watch over unanswered questions: whose week it is, who is told and when, what becomes a subject, the weekly choice."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev import working_days
from alliage.codev.help_enums import MOST_CALLED
from alliage.codev.models import Call, Question, Unwanted, WatchWeek
from alliage.codev.queries import calls as call_queries
from alliage.codev.queries import questions
from alliage.codev.services import calls, help_drafts
from alliage.directory.models import Entry
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal
from alliage.territories.queries import containers

TO_WATCH, SUBJECT, WAITING = "codev.question_watch", "codev.question_subject", "codev.question_waiting"
# 48 hours and a week, in working days where the question comes from.
WATCH_DAYS, SUBJECT_AFTER = 2, timedelta(days=7)
WEEKS_SHOWN = 8
AT_ONCE = 100
MOST_A_WEEK, LOOKED_AT = 3, 100


class WatchRefused(Refusal):
    """The week cannot be taken or given back."""


def due(moment: datetime, *, zone: str) -> tuple[datetime, datetime]:
    """When the watch is told of what was posted at that moment, and when it is proposed as a subject."""
    return working_days.after(moment, WATCH_DAYS, zone), working_days.not_before(moment + SUBJECT_AFTER, zone)


# --- Whose week ----------------------------------------------------------------------------------------------------


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def take_week(monday: date, *, by: Member, now: datetime) -> WatchWeek:
    """Watch over that week. Twice is once; a week is one person's."""
    if monday not in mondays(now):
        raise WatchRefused(_("Choisissez l’une des semaines montrées."))
    week, _made = WatchWeek.objects.get_or_create(monday=monday, defaults={"member": by, "taken_at": now})
    if week.member_id != by.pk:
        raise WatchRefused(_("Quelqu’un vient de prendre cette semaine\u00a0: merci, choisissez-en une autre."))
    return week


def leave_week(monday: date, *, by: Any) -> None:
    """Give a week back: somebody else may take it."""
    WatchWeek.objects.filter(monday=monday, member=by).delete()


def mondays(now: datetime) -> list[date]:
    """This week and those that follow, as they are counted in Paris."""
    first = monday_of(timezone.localdate(now))
    return [first + timedelta(weeks=number) for number in range(WEEKS_SHOWN)]


def on_watch(now: datetime) -> Member | None:
    week = WatchWeek.objects.filter(monday=monday_of(timezone.localdate(now))).select_related("member").first()
    return week.member if week is not None and week.member.is_active else None


# --- What time does ------------------------------------------------------------------------------------------------


def tend(now: datetime) -> None:
    """Every hour: tell the watch, ask who may still be asked, propose as subjects; forget old drafts."""
    watcher = on_watch(now)
    for question in questions.late(now).filter(watched_at=None).order_by("watch_at", "pk")[:AT_ONCE]:
        _watch(question, watcher, now=now)
    proposed = Question.objects.filter(questions.waiting_rows(), subject_at__lte=now, subject_since=None)
    for question in proposed.filter(subject_left_at=None).order_by("subject_at", "pk")[:AT_ONCE]:
        _propose(question, now=now)
    help_drafts.forget_old(now)


@transaction.atomic
def _watch(question: Question, watcher: Member | None, *, now: datetime) -> None:
    """Without anyone on watch it waits for the next: the desk counts it meanwhile."""
    calls.call(question, now=now, most=MOST_CALLED)
    if watcher is None:
        return
    told = Question.objects.filter(pk=question.pk, watched_at=None).update(watched_at=now)
    if told and watcher.pk != question.author_id:
        notify(watcher, TO_WATCH, question, by=None, now=now)


@transaction.atomic
def _propose(question: Question, *, now: datetime) -> None:
    proposed = Question.objects.filter(pk=question.pk, subject_since=None).update(subject_since=now)
    if proposed and question.author is not None:
        notify(question.author, SUBJECT, question, by=None, now=now)


# --- The weekly choice ---------------------------------------------------------------------------------------------


def tell_waiting(now: datetime) -> None:
    """Once a week: to each, the three questions at most that their page in the directory is nearest to. Nothing when none is."""
    waiting = list(
        questions.with_details(Question.objects.filter(questions.waiting_rows())).order_by("-created_at")[:LOOKED_AT]
    )
    if not waiting:
        return
    asked = set(Call.objects.filter(question__in=waiting).values_list("question_id", "member_id"))
    refused: dict[int, set[int]] = defaultdict(set)
    for member_id, term_id in Unwanted.objects.values_list("member_id", "term_id"):
        refused[member_id].add(term_id)
    around = {each.pk: _around(each) for each in waiting}
    told: dict[int, list[Member]] = defaultdict(list)
    for member_id, entry in call_queries.relevant_people().items():
        near = [
            (score, each.pk)
            for each in waiting
            if each.author_id != member_id
            and (each.pk, member_id) not in asked
            and (score := _nearness(each, entry, refused[member_id], around[each.pk]))
        ]
        for _score, pk in sorted(near, reverse=True)[:MOST_A_WEEK]:
            told[pk].append(entry.owner)  # type: ignore[arg-type]
    for each in waiting:
        notify_many(told[each.pk], WAITING, each, by=each.author, now=now)


def _around(question: Question) -> set[int]:
    place = question.territory
    return {place.pk, *(each.id for each in containers(place))} if place is not None else set()


def _nearness(question: Question, entry: Entry, refused: set[int], around: set[int]) -> int:
    """How many subjects and places both have; 0 without a subject in common, or with one that this member no longer wants."""
    terms = {term.pk for term in question.terms.all()}
    shared = terms & {each.term_id for each in entry.entry_terms.all()}
    if not shared or terms & refused:
        return 0
    own = entry.territory
    return 2 * len(shared) + (1 if own is not None and {own.pk, *(each.id for each in containers(own))} & around else 0)
