"""Report, decide, contest: what may and what may not."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.moderation import permissions, queries, references, services
from alliage.moderation.enums import OUTCOMES, TRANSITIONS, Act, ReportState
from alliage.moderation.models import Decision, LogError, Report
from alliage.moderation.personal_data import erase, export
from alliage.moderation.registry import DeskQueue, queues
from alliage.moderation.tests.factories import NOW, DecisionFactory, ReportFactory
from alliage.notifications.models import Notification
from alliage.notifications.services import deliver

pytestmark = pytest.mark.django_db


def report(kind, page, by=None, **options):
    return services.report(kind, page, **{"reason": "wrong", "text": " C’est faux. ", "by": by, "now": NOW, **options})


def decide(row, by, act="hide", reason="Elle montre une adresse."):
    return services.decide(row, act=act, reason=reason, by=by, now=NOW)


def told(person):
    return list(Notification.objects.filter(person=person).values_list("kind", "title"))


def test_a_report_tells_the_animators_and_not_who_reported(kind, page, member, animator, administrator):
    row = report(kind, page, by=member)
    assert (row.title, row.url, row.text) == (page.name, f"/groupes/{page.pk}/", "C’est faux.")
    expected = ("moderation.report_received", f"Signalement\u00a0: {page.name}")
    assert told(animator) == told(administrator) == [expected]
    assert told(member) == []
    assert member.name not in Notification.objects.first().text


def test_an_animator_who_reports_is_not_told_of_it(kind, page, animator):
    report(kind, page, by=animator)
    assert told(animator) == []


def test_a_visitor_may_report_and_leave_an_address(kind, page, member):
    assert report(kind, page, email=" moi@exemple.fr ").reporter_email == "moi@exemple.fr"
    assert report(kind, page, by=member, email="autre@exemple.fr").reporter_email == ""


def test_a_member_reports_a_page_once_at_a_time(kind, page, member, animator):
    row = report(kind, page, by=member)
    with pytest.raises(services.ReportRefused, match="déjà signalé"):
        report(kind, page, by=member)
    assert Report.objects.count() == 1
    decide(row, animator, act="dismiss")
    assert report(kind, page, by=member).state == ReportState.OPEN


def test_an_unknown_reason_is_refused(kind, page):
    with pytest.raises(ValueError, match="nonsense"):
        report(kind, page, reason="nonsense")


def test_hiding_answers_every_report_and_tells_those_concerned(kind, page, notebook, animator):
    author, first, second = MemberFactory.create_batch(3)
    notebook.authors[page.pk] = author
    row = report(kind, page, by=first)
    report(kind, page, by=second)
    report(kind, page, email="visiteur@exemple.fr")
    decision = decide(row, animator)
    assert page.pk in notebook.hidden
    assert decision.report_count == 3
    assert decision.author_id == author.pk
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.UPHELD}
    assert (
        told(first)
        == told(second)
        == [("moderation.report_answered", f"«\u00a0{page.name}\u00a0», que vous aviez signalé, est masqué")]
    )
    assert told(author)[0][0] == "moderation.content_decided"
    deliver(clock=lambda: NOW)
    to_visitor = next(message for message in mail.outbox if message.to == ["visiteur@exemple.fr"])
    assert "Elle montre une adresse." in to_visitor.body
    assert "la page est masquée" in to_visitor.body
    everything = " ".join(str(message.message()) for message in mail.outbox if message.to == [author.email])
    assert first.email not in everything
    assert first.name not in everything


def test_restoring_and_dismissing_do_what_they_say(kind, page, notebook, member, animator):
    notebook.authors[page.pk] = MemberFactory()
    notebook.hidden.add(page.pk)
    decide(report(kind, page, by=member), animator, act="restore")
    assert page.pk not in notebook.hidden
    decide(report(kind, page, by=member), animator, act="dismiss")
    assert [title for _kind, title in told(member)] == [
        f"«\u00a0{page.name}\u00a0», que vous aviez signalé, reste en ligne",
        f"«\u00a0{page.name}\u00a0», que vous aviez signalé, est montré de nouveau",
    ]
    assert len(told(notebook.authors[page.pk])) == 1


def test_a_visitor_without_an_address_is_told_nothing(kind, page, animator):
    decide(report(kind, page), animator, act="dismiss")
    deliver(clock=lambda: NOW)
    assert [message.to for message in mail.outbox] == [[animator.email]]


def test_a_report_is_handled_once(kind, page, member, animator):
    row = report(kind, page, by=member)
    decide(row, animator)
    with pytest.raises(services.ReportRefused, match="vient d’être traité"):
        decide(row, animator, act="dismiss")
    assert Decision.objects.count() == 1


def test_what_is_gone_can_only_be_filed(kind, page, member, animator):
    row = report(kind, page, by=member)
    page.delete()
    with pytest.raises(services.ReportRefused, match="n’existe plus"):
        decide(row, animator)
    assert decide(row, animator, act="dismiss").author_id is None


def test_the_author_contests_once_and_is_answered(kind, page, notebook, member, animator, administrator):
    author = notebook.authors[page.pk] = MemberFactory()
    decision = decide(report(kind, page, by=member), animator)
    contestation = services.contest(decision, text="Elle est publique.", by=author, now=NOW)
    assert told(administrator)[0][1] == f"Décision contestée\u00a0: {page.name}"
    with pytest.raises(services.ReportRefused, match="déjà contesté"):
        services.contest(decision, text="Encore.", by=author, now=NOW)
    decide(contestation, administrator, act="restore", reason="C’est juste.")
    contestation.refresh_from_db()
    assert contestation.state == ReportState.UPHELD
    assert page.pk not in notebook.hidden
    assert len(told(author)) == 2
    with pytest.raises(services.ReportRefused, match="déjà contesté"):
        services.contest(decision, text="Encore.", by=author, now=NOW)


def test_a_decision_that_is_kept_after_a_contestation_is_told_to_its_author(kind, page, notebook, member, animator):
    author = notebook.authors[page.pk] = MemberFactory()
    decision = decide(report(kind, page, by=member), animator)
    decide(services.contest(decision, text="Non.", by=author, now=NOW), animator, act="dismiss")
    assert f"La décision sur «\u00a0{page.name}\u00a0» est maintenue" in [title for _kind, title in told(author)]


def test_only_the_author_contests_and_only_what_exists(kind, page, notebook, member, animator):
    author = notebook.authors[page.pk] = MemberFactory()
    decision = decide(report(kind, page, by=member), animator)
    with pytest.raises(services.ContestationRefused):
        services.contest(decision, text="Non.", by=member, now=NOW)
    page.delete()
    with pytest.raises(services.ContestationRefused):
        services.contest(decision, text="Non.", by=author, now=NOW)


def test_a_year_later_who_reported_is_forgotten_but_not_what_was_decided(kind, page, member, animator):
    row = report(kind, page, by=member)
    decision = decide(row, animator)
    services.forget_old(NOW + timedelta(days=365))
    row.refresh_from_db()
    assert row.reporter == member
    services.forget_old(NOW + timedelta(days=366))
    row.refresh_from_db()
    assert (row.reporter, row.text) == (None, "")
    assert Decision.objects.get() == decision


# --- Invariants -----------------------------------------------------------------------------------------------------


def test_the_log_is_only_added_to():
    decision = DecisionFactory()
    for change in (
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(reason="x"),
    ):
        with pytest.raises(LogError):
            change()


def test_the_database_itself_refuses_to_change_the_log():
    decision = DecisionFactory()
    ReportFactory(decision=decision, decided_at=NOW, state=ReportState.UPHELD)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_decision SET reason = 'autre' WHERE id = %s", [decision.pk])


def test_the_database_itself_refuses_to_delete_from_the_log():
    decision = DecisionFactory()
    ReportFactory(decision=decision, decided_at=NOW, state=ReportState.UPHELD)

    def delete():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM moderation_decision WHERE id = %s", [decision.pk])
            connection.check_constraints()

    with pytest.raises(DatabaseError):
        delete()


@pytest.mark.parametrize("fields", [{"act": "burn"}, {"reason": ""}, {"report_count": 0}])
def test_the_database_refuses_a_decision_that_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionFactory(**fields)


@pytest.mark.parametrize("fields", [{"state": "lost"}, {"reason": "mood"}, {"state": "upheld"}, {"decided_at": NOW}])
def test_the_database_refuses_a_report_that_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(**fields)


def test_the_database_refuses_two_open_reports_of_one_person_and_two_contestations(member):
    decision = DecisionFactory()
    ReportFactory(reporter=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(reporter=member)
    closed = {"decision": decision, "decided_at": NOW, "state": ReportState.DISMISSED}
    ReportFactory(reporter=member, contests=decision, **closed)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(reporter=member, contests=decision, **closed)


def test_every_state_and_every_act_have_their_outcome():
    assert set(TRANSITIONS) == set(ReportState.values)
    assert set(OUTCOMES) == set(Act.values)


# --- References, permissions, queries, personal data ----------------------------------------------------------------


def test_a_reference_is_signed(kind, page):
    signed = references.sign(kind, page)
    assert references.read(signed) == (kind, page)
    assert references.read(signed.replace(str(page.pk), "999", 1)) is None
    assert references.read("") is None
    assert references.load("unknown", "1") is None
    assert references.load("test.group", "999999") is None


def test_what_cannot_be_reported_has_no_report_page(member):
    assert references.report_url(member) == ""


def test_reports_and_decisions_are_named_after_their_page():
    assert str(ReportFactory()) == str(DecisionFactory()) == "Page signalée"


def test_who_may_see_may_report(kind, page, notebook, member):
    assert permissions.can_report(member, kind, page)
    notebook.hidden.add(page.pk)
    assert not permissions.can_report(member, kind, page)


def test_who_may_read_a_decision(member, animator):
    from django.contrib.auth.models import AnonymousUser

    author, reporter = MemberFactory.create_batch(2)
    decision = DecisionFactory(author_id=author.pk)
    ReportFactory(reporter=reporter, decision=decision, decided_at=NOW, state=ReportState.UPHELD)
    assert [permissions.can_read_decision(user, decision) for user in (animator, author, reporter)] == [True] * 3
    assert not permissions.can_read_decision(member, decision)
    assert not permissions.can_read_decision(AnonymousUser(), decision)
    assert not permissions.is_author(AnonymousUser(), decision)


def test_the_desk_shows_each_queue_in_order():
    queues.add(DeskQueue("test.first", "Première", lambda: 3, "/", position=-1))
    try:
        assert next((row.queue.code, row.count) for row in queries.desk()) == ("test.first", 3)
        assert {row.queue.code for row in queries.desk()} >= {"moderation.reports", "notifications.failed_mails"}
    finally:
        queues._items.pop("test.first")


def test_the_oldest_report_comes_first_and_filters_hold():
    newer = ReportFactory(created_at=NOW + timedelta(hours=1), reason="spam", object_kind="other")
    older = ReportFactory()
    done = ReportFactory(decision=DecisionFactory(), decided_at=NOW, state=ReportState.UPHELD)
    assert list(queries.reports()) == [older, newer]
    assert list(queries.reports(reason="spam")) == [newer]
    assert list(queries.reports(kind="other")) == [newer]
    assert list(queries.reports(handled=True)) == [done]
    assert queries.open_report_count() == 2


def test_ones_own_copy_holds_reports_and_decisions_and_erasing_keeps_the_report(member):
    ReportFactory(reporter=member, text="C’est faux.")
    DecisionFactory(author_id=member.pk)
    copy = export(member)
    assert copy["signalements"][0]["text"] == "C’est faux."
    assert copy["decisions_sur_mes_contributions"][0]["act"] == "hide"
    erase(member)
    assert Report.objects.get().reporter is None


def test_the_database_keeps_one_sending_once(db):
    ReportFactory(sent_key="a" * 64)
    ReportFactory(sent_key="")
    ReportFactory(sent_key="")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(sent_key="a" * 64)
