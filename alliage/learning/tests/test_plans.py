"""Plans: actions added, moved, said otherwise, taken out; filters, months, reminders."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import ActionState, AdviceState, FileRole
from alliage.learning.models import Action, FileEvent
from alliage.learning.permissions import can_move_action
from alliage.learning.queries import plans as queries
from alliage.learning.queries.desk import desk_of
from alliage.learning.services import actions, plan_reminders
from alliage.learning.services.actions import ActionRefused, Said
from alliage.learning.tests.factories import NOBODY, NOW, DiagnosticFactory, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.planned import TODAY, ActionFactory, AdviceFactory
from alliage.library.tests.factories import published
from alliage.notifications.models import Notification
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def file():
    return TerritoryFileFactory()


def told(file) -> list[str]:
    return [event.text for event in FileEvent.objects.filter(file=file)]


# --- Written ---------------------------------------------------------------------------------------------------------


def test_the_same_action_sent_twice_is_one_and_the_history_says_so(file):
    holder = holder_of(file)
    said = Said(" Réunir  les élus ", text="a\r\nb", owner=holder, owner_name="ignoré", due_on=TODAY)
    first = actions.add(file, said, by=holder, now=NOW)
    assert actions.add(file, said, by=holder, now=NOW) == first
    assert (first.title, first.text, first.owner, first.owner_name) == ("Réunir les élus", "a\nb", holder, "")
    assert told(file) == ["Action ajoutée au plan\u00a0: «\u00a0Réunir les élus\u00a0»"]


def test_an_action_needs_words_plausible_days_and_people_of_the_file(file):
    stranger, elsewhere = MemberFactory(), DiagnosticFactory()
    for said in (
        Said(" \x00 "),
        Said("Agir", due_on=date(3026, 1, 1)),
        Said("Agir", starts_on=TODAY, due_on=TODAY - DAY),
        Said("Agir", owner=stranger),
        Said("Agir", diagnostic=elsewhere),
    ):
        with pytest.raises(ActionRefused):
            actions.add(file, said, by=None, now=NOW)
    assert not Action.objects.exists()


def test_a_plan_that_nobody_could_read_takes_no_more(file, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    actions.add(file, Said("Une"), by=None, now=NOW)
    with pytest.raises(ActionRefused):
        actions.add(file, Said("Deux"), by=None, now=NOW)


def test_what_another_wrote_meanwhile_is_not_lost_silently(file):
    row = ActionFactory(file=file, title="Avant", due_on=TODAY, reminded_on=TODAY)
    seen = actions.mark_of(row)
    actions.write(row, Said("Après", due_on=TODAY), seen=seen, by=None, now=NOW + DAY)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.write(row, Said("Autrement"), seen=seen, by=None, now=NOW + DAY)
    row.refresh_from_db()
    assert (row.title, row.reminded_on) == ("Après", TODAY)
    actions.write(row, Said("Après", due_on=TODAY), by=None, now=NOW + 2 * DAY)
    assert len(told(file)) == 1  # the same words say nothing new
    actions.write(row, Said("Après", due_on=TODAY + DAY), by=None, now=NOW + 2 * DAY)
    row.refresh_from_db()
    assert row.reminded_on is None  # another day is reminded again


def test_stuck_says_why_and_done_says_when(file):
    row = ActionFactory(file=file)
    for state in ("inconnu", ActionState.STUCK):
        with pytest.raises(ActionRefused):
            actions.move(row, state, by=None, now=NOW)
    row = actions.move(row, ActionState.STUCK, obstacle="Pas de salle", by=None, now=NOW)
    assert actions.move(row, ActionState.STUCK, obstacle="Pas de salle", by=None, now=NOW) == row
    row = actions.move(row, ActionState.DONE, by=None, now=NOW)
    assert (row.obstacle, row.done_on) == ("", TODAY)
    assert actions.move(row, ActionState.TO_DO, by=None, now=NOW).done_on is None
    assert [text.partition("\u00a0")[0] for text in told(file)] == ["Remise à faire", "Faite", "Bloquée"]


def test_the_database_holds_the_rules_of_actions(file):
    for broken in (
        {"title": ""},
        {"state": "inconnu"},
        {"starts_on": TODAY, "due_on": TODAY - DAY},
        {"state": ActionState.DONE},
        {"done_on": TODAY},
        {"state": ActionState.STUCK},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionFactory(file=file, **broken)


def test_an_action_taken_out_twice_is_out_and_its_advice_is_still_agreed_with(file):
    row = ActionFactory(file=file)
    advice = AdviceFactory(file=file, state=AdviceState.PLANNED, action=row, answered_at=NOW, used_at=NOW)
    gone = Action.objects.get(pk=row.pk)
    for _twice in range(2):
        actions.remove(row, by=None, now=NOW)
    advice.refresh_from_db()
    assert (advice.state, advice.used_at, len(told(file))) == (AdviceState.ACCEPTED, None, 1)
    with pytest.raises(ActionRefused):
        actions.move(gone, ActionState.DONE, by=None, now=NOW)


def test_whoever_carries_an_action_moves_it_while_they_are_in_the_file(file):
    catalyst, stranger = enter(file, MemberFactory(), FileRole.CATALYST), MemberFactory()
    row = ActionFactory(file=file, owner=catalyst.member)
    assert can_move_action(catalyst.member, row)
    assert can_move_action(holder_of(file), row)
    assert not can_move_action(catalyst.member, ActionFactory(file=file))
    assert not can_move_action(stranger, ActionFactory(file=file, owner=stranger))


# --- Read ------------------------------------------------------------------------------------------------------------


def test_lines_are_narrowed_and_put_in_order(file):
    lever = Term.objects.filter(vocabulary="leviers").first() or TermFactory(
        vocabulary="leviers", code="alliance", position=5
    )
    done = ActionFactory(file=file, state=ActionState.DONE, done_on=TODAY, due_on=TODAY - DAY, lever=lever)
    late = ActionFactory(file=file, due_on=TODAY - DAY, lever=lever, owner_name="La mairie")
    soon = ActionFactory(file=file, due_on=TODAY + DAY, state=ActionState.DOING, resource=published(is_demo=False))
    undated = ActionFactory(file=file, owner=holder_of(file))
    ActionFactory(due_on=TODAY)  # another file's

    def order(**asked):
        return [line.action for line in queries.lines(file, queries.Filters(**asked), now=NOW)]

    assert order() == [late, soon, undated, done]
    assert order(order=queries.BY_LEVER) == [late, done, soon, undated]
    assert order(order=queries.BY_STATE) == [soon, late, undated, done]
    assert order(late=True) == [late]
    assert order(state=ActionState.DOING) == [soon]
    assert order(lever=lever.code) == [late, done]
    lines = queries.lines(file, now=NOW)
    assert [(line.is_late, line.is_soon) for line in lines] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert [line.owner for line in lines] == ["La mairie", "", holder_of(file).get_full_name(), ""]
    found = queries.summary(file, now=NOW)
    assert ([line.action for line in found.next], found.late, found.pending, found.done) == (
        [late, soon, undated],
        1,
        3,
        1,
    )
    assert queries.action(file, soon.pk) == soon
    assert [each.member for each in queries.people(file)] == [holder_of(file)]


def test_a_month_has_whole_weeks_and_what_has_no_day_stands_aside(file):
    dated, undated = ActionFactory(file=file, due_on=TODAY), ActionFactory(file=file)
    ActionFactory(file=file, state=ActionState.DROPPED)
    found = queries.month(queries.lines(file, now=NOW), date(2026, 11, 1), today=TODAY)
    assert (found.days[0].day, found.days[-1].day) == (date(2026, 10, 26), date(2026, 12, 6))
    [day] = [day for day in found.days if day.lines]
    assert (day.is_today, day.is_in_month, [line.action for line in day.lines]) == (True, True, [dated])
    assert [line.action for line in found.undated] == [undated]
    assert (found.previous, found.next, found.is_empty) == (date(2026, 10, 1), date(2026, 12, 1), False)
    assert queries.month([], date(2026, 12, 1), today=TODAY).is_empty


def test_one_carries_what_is_theirs_in_files_where_they_still_are(file):
    member = enter(file, MemberFactory()).member
    mine = ActionFactory(file=file, owner=member)
    ActionFactory(owner=member)  # in a file that they left
    request = RequestFactory().get("/")
    request.user = member
    undated = ActionFactory(file=file, owner=member, title="Sans date")
    Action.objects.filter(pk=mine.pk).update(due_on=TODAY)
    found = desk_of(request)
    assert [row.title for row in found.carried] == [mine.title, undated.title]
    assert (found.has_files, found.has_paths) == (True, False)
    assert desk_of(request) is found  # read once for a page
    assert [line["action"] for line in queries.export_of(member)][:1] == [mine.title]
    actions.forget_member(member)
    assert not Action.objects.filter(owner=member).exists()


# --- Reminded --------------------------------------------------------------------------------------------------------


def test_who_carries_an_action_is_told_once_a_week_and_the_holder_for_the_others(file):
    owner, holder = enter(file, MemberFactory()).member, holder_of(file)
    ActionFactory(file=file, title="canari", owner=owner, due_on=TODAY + 7 * DAY)
    ActionFactory(file=file, owner=owner, due_on=TODAY - DAY)
    ActionFactory(file=file, owner_name="La mairie", due_on=TODAY - DAY)
    ActionFactory(file=file, owner=MemberFactory(), due_on=TODAY)  # who left the file
    ActionFactory(file=file, owner=owner, due_on=TODAY + 8 * DAY)
    ActionFactory(file=file, owner=owner, due_on=TODAY - 61 * DAY)
    ActionFactory(file=file, state=ActionState.DROPPED, due_on=TODAY)
    assert plan_reminders.remind(NOW) == 4
    assert plan_reminders.remind(NOW + DAY) == 1  # what came within a week meanwhile
    titles = {each.person: each.title for each in Notification.objects.filter(kind=plan_reminders.KIND).order_by("-pk")}
    assert titles[owner] == "Plan d’action\u00a0: 1 action est en retard, 1 action est pour bientôt"
    assert titles[holder] == "Plan d’action\u00a0: 1 action est en retard, 1 action est pour bientôt"
    assert not Notification.objects.filter(text__contains="canari").exists()
    assert plan_reminders.remind(NOW + 7 * DAY) == 4


def test_a_file_that_nobody_holds_tells_nobody_until_somebody_does():
    orphan = TerritoryFileFactory(holder=NOBODY)
    row = ActionFactory(file=orphan, due_on=TODAY)
    assert plan_reminders.remind(NOW) == 0
    row.refresh_from_db()
    assert row.reminded_on is None
    gone = enter(orphan, MemberFactory(is_active=False)).member
    Action.objects.filter(pk=row.pk).update(owner=gone)
    enter(orphan, MemberFactory(), FileRole.HOLDER)
    assert plan_reminders.remind(NOW) == 1
