"""A diagnostic: opened, several people invited, answered alone, closed once; tries that go by themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import respondent_links as links
from alliage.learning.enums import Depth, FileRole
from alliage.learning.models import Diagnostic, Respondent
from alliage.learning.queries import diagnostics as queries
from alliage.learning.queries.statements import lever_titles
from alliage.learning.services import diagnostics as services
from alliage.learning.services import respondents, statements, tries
from alliage.learning.services.diagnostics import DiagnosticRefused
from alliage.learning.tests.factories import (
    LEVERS,
    NOW,
    DiagnosticFactory,
    RespondentFactory,
    TerritoryFileFactory,
    answered,
    closed,
    closed_diagnostic,
    enter,
    holder_of,
    said,
)
from alliage.notifications.models import Notification, OutgoingMail
from alliage.questionnaires.models import Opening, Response
from alliage.questionnaires.permissions import can_hold
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def told(member):
    return list(Notification.objects.filter(person=member).values_list("kind", flat=True))


@pytest.fixture
def loaded():
    statements.load(now=NOW)


# --- Opened ----------------------------------------------------------------------------------------------------------


def test_one_diagnostic_of_a_kind_is_open_at_a_time(loaded):
    file = TerritoryFileFactory()
    made = [services.open_diagnostic(file, by=holder_of(file), now=NOW) for _twice in range(2)]
    assert made[0] == made[1]
    deep = services.open_diagnostic(file, lever="alliance", by=holder_of(file), now=NOW)
    assert (deep.number, deep.depth) == (2, Depth.DEEP)
    assert [queries.title_of(each) for each in (made[0], deep)] == [
        "Diagnostic n°\u00a01", f"Diagnostic n°\u00a02\u00a0: {lever_titles()['alliance']}"
    ]  # fmt: skip
    with pytest.raises(DiagnosticRefused):
        services.open_diagnostic(file, lever="inconnu", by=holder_of(file), now=NOW)
    assert queries.by_number(file, 2) == deep
    assert queries.by_number(file, 9) is None
    assert not can_hold(holder_of(file), made[0].opening)


def test_the_database_keeps_what_a_diagnostic_is():
    one = DiagnosticFactory()
    who = RespondentFactory(diagnostic=one, email="a@exemple.fr", member=MemberFactory())
    for breaks in (
        lambda: DiagnosticFactory(file=one.file, number=2),
        lambda: DiagnosticFactory(file=one.file, number=1, closed_at=NOW),
        lambda: DiagnosticFactory(depth=Depth.DEEP),
        lambda: DiagnosticFactory(lever="alliance"),
        lambda: DiagnosticFactory(is_compared=True),
        lambda: [DiagnosticFactory(shared_digest="x") for _twice in range(2)],
        lambda: RespondentFactory(diagnostic=one, email="a@exemple.fr"),
        lambda: RespondentFactory(diagnostic=one, member=who.member),
        lambda: RespondentFactory(role="unknown"),
        lambda: RespondentFactory(token_digest=who.token_digest),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            breaks()


# --- Asked -----------------------------------------------------------------------------------------------------------


def test_several_addresses_are_invited_in_one_gesture():
    one = DiagnosticFactory()
    by = holder_of(one.file)
    text = "Awa <awa@exemple.fr>; noa@exemple.fr,\nAWA@exemple.fr pas@une"
    done = respondents.invite(one, text, role="elected", by=by, now=NOW)
    assert (done.sent, done.already, done.unread) == (2, 0, ("pas@une",))
    assert respondents.invite(one, "noa@exemple.fr", role="agent", by=by, now=NOW).already == 1
    assert sorted(each.to for each in OutgoingMail.objects.all()) == ["awa@exemple.fr", "noa@exemple.fr"]
    who = one.respondents.get(email="awa@exemple.fr")
    mail = OutgoingMail.objects.get(to="awa@exemple.fr")
    assert links.address_of(who) in mail.text
    assert links.respondent_of(links.token_of(who.seed)) == who
    for text, role in (
        ("", "agent"),
        ("a@exemple.fr", "king"),
        (" ".join(f"a{n}@exemple.fr" for n in range(101)), "agent"),
    ):
        with pytest.raises(DiagnosticRefused):
            respondents.invite(one, text, role=role, by=by, now=NOW)


def test_those_who_did_not_answer_are_reminded_once_a_day():
    one = DiagnosticFactory()
    by = holder_of(one.file)
    respondents.invite(one, "awa@exemple.fr noa@exemple.fr", role="elected", by=by, now=NOW)
    assert respondents.remind(one, by=by, now=NOW) == 0
    respondents.send(one.respondents.get(email="noa@exemple.fr"), {"alliance-1": "1"}, now=NOW)
    assert [respondents.remind(one, by=by, now=LATER) for _twice in range(2)] == [1, 0]
    assert [each.email for each in queries.waiting(one)] == ["awa@exemple.fr"]
    assert [(each.label, each.asked, each.answered) for each in queries.counts(one)] == [("élue ou élu", 2, 1)]


def test_an_invitation_is_taken_back_but_not_an_answer():
    one = DiagnosticFactory()
    who = RespondentFactory(diagnostic=one, email="a@exemple.fr")
    respondents.keep(who, {"alliance-1": "1"}, now=NOW)
    assert queries.waiting_one(one, who.pk) == who
    respondents.withdraw(who, by=None, now=NOW)
    assert not Response.objects.exists()
    with pytest.raises(DiagnosticRefused):
        respondents.withdraw(answered(one, alliance=2), by=None, now=NOW)


def test_one_link_is_passed_from_hand_to_hand_until_it_is_stopped():
    one = DiagnosticFactory()
    assert links.shared_address_of(one) == ""
    one = services.share(one, by=None, now=NOW)
    token = links.shared_token_of(one.shared_seed)
    assert links.shared_address_of(one).endswith(f"/diagnostic/rejoindre/{token}/")
    assert links.shared_by(token) == one
    assert respondents.come_by_link(one, now=NOW) != respondents.come_by_link(one, now=NOW)
    services.stop_sharing(one, by=None, now=NOW)
    assert links.shared_by(token) is None


def test_a_diagnostic_is_not_answered_by_thousands(monkeypatch):
    monkeypatch.setattr(respondents, "MOST", 1)
    one = DiagnosticFactory()
    respondents.come_by_link(one, now=NOW)
    with pytest.raises(DiagnosticRefused):
        respondents.come_by_link(one, now=NOW)


# --- Answered --------------------------------------------------------------------------------------------------------


def test_a_member_of_the_file_answers_once_and_takes_their_invitation():
    one = DiagnosticFactory()
    by, other = holder_of(one.file), MemberFactory()
    mine = [respondents.of_member(one, by=by, now=NOW) for _twice in range(2)]
    assert mine[0] == mine[1]
    invited = RespondentFactory(diagnostic=one, email=other.email)
    found = respondents.of_member(one, by=other, now=NOW)
    assert (found.pk, found.member) == (invited.pk, other)


def test_answers_are_kept_then_sent_and_the_team_is_told_once():
    one = DiagnosticFactory()
    who = RespondentFactory(diagnostic=one)
    assert queries.current(queries.response_of(who)) == {}
    respondents.keep(who, {"alliance-1": "1"}, now=NOW)
    assert queries.current(queries.response_of(who)) == {"alliance-1": "1"}
    assert queries.counts(one)[0].answered == 0
    for answers in ({"alliance-1": "1"}, {"alliance-1": "3"}):
        respondents.send(who, answers, now=NOW)
    assert queries.current(queries.response_of(who)) == {"alliance-1": "3"}
    assert told(holder_of(one.file)) == [respondents.ANSWERED]
    with pytest.raises(DiagnosticRefused):
        respondents.send(who, {}, now=NOW)


def test_one_says_from_where_one_looks():
    who = RespondentFactory()
    respondents.introduce(who, role="company", shows_role=True, now=NOW)
    who.refresh_from_db()
    assert (who.role, who.shows_role) == ("company", True)
    with pytest.raises(DiagnosticRefused):
        respondents.introduce(who, role="king", shows_role=True, now=NOW)


def test_an_account_that_closes_leaves_its_answers_without_its_name():
    one, member = DiagnosticFactory(), MemberFactory()
    sent = answered(one, member=member, alliance=2)
    waiting = RespondentFactory(email=member.email)
    assert [each["regard"] for each in queries.export_of(member)] == ["agent"]
    assert (
        queries.export_of(answered(DiagnosticFactory(file=None), member=MemberFactory(), alliance=2).member)[0][
            "territoire"
        ]
        is None
    )
    respondents.forget_member(member)
    sent.refresh_from_db()
    assert sent.member is None
    assert Response.objects.filter(respondent=sent.key).exists()
    assert not Respondent.objects.filter(pk=waiting.pk).exists()


# --- Closed ----------------------------------------------------------------------------------------------------------


def test_a_diagnostic_closes_once_with_its_result_and_forgets_addresses():
    file = TerritoryFileFactory()
    catalyst = MemberFactory()
    enter(file, catalyst, FileRole.CATALYST)
    one = DiagnosticFactory(file=file)
    with pytest.raises(DiagnosticRefused):
        services.close(one, by=None, now=NOW)
    RespondentFactory(diagnostic=one, email="a@exemple.fr")
    answered(one, role="elected", shows_role=True, **dict.fromkeys(LEVERS, 4))
    answered(one, role="agent", **dict.fromkeys(LEVERS, 1))
    for _twice in range(2):
        closed(one, now=LATER)
    assert (one.result["respondents"], one.result["levers"]["alliance"]["spread"]) == (2, 3.0)
    assert one.closed_at == LATER
    assert not one.respondents.exclude(email="").exists()
    assert told(catalyst) == [services.CLOSED]
    for act in (
        lambda: services.share(one, by=None, now=NOW),
        lambda: respondents.come_by_link(one, now=NOW),
        lambda: respondents.remind(one, by=holder_of(file), now=NOW),
    ):
        with pytest.raises(DiagnosticRefused):
            act()


def test_a_deep_one_is_scored_on_its_lever(loaded):
    file = TerritoryFileFactory()
    one = services.open_diagnostic(file, lever="alliance", by=holder_of(file), now=NOW)
    who = respondents.of_member(one, by=holder_of(file), now=NOW)
    respondents.send(who, said(one, {"alliance": 3}), now=NOW)
    assert list(services.close(one, by=None, now=NOW).result["levers"]) == ["alliance"]


def test_a_try_may_be_closed_too():
    assert closed_diagnostic(None).is_closed
    alone = DiagnosticFactory(file=None)
    answered(alone, **dict.fromkeys(LEVERS, 2))
    assert closed(alone).result["level"] == 2


def test_another_one_is_proposed_after_six_months():
    file = TerritoryFileFactory()
    assert not queries.is_due_again([], now=NOW)
    closed_diagnostic(file)
    assert not queries.is_due_again(queries.of_file(file), now=NOW + timedelta(days=10))
    assert queries.is_due_again(queries.of_file(file), now=NOW + timedelta(days=181))
    DiagnosticFactory(file=file, number=2)
    assert [each.sent for each in queries.of_file(file)] == [0, 1]
    assert not queries.is_due_again(queries.of_file(file), now=NOW + timedelta(days=181))


# --- Tries -----------------------------------------------------------------------------------------------------------


def test_a_try_goes_into_the_file_of_its_territory(loaded):
    file = TerritoryFileFactory()
    by = holder_of(file)
    who = tries.begin(None, now=NOW)
    respondents.send(who, {"alliance-1": "2"}, now=NOW)
    made = tries.take_into(who, file, by=by, now=NOW)
    assert (made.file, made.territory, made.number) == (file, file.territory, 1)
    assert made.respondents.get().member == by
    other = tries.begin(TerritoryFactory(), now=NOW)
    for what in (who, other, tries.begin(file.territory, now=NOW)):
        with pytest.raises(DiagnosticRefused):
            tries.take_into(what, file, by=by, now=NOW)


def test_a_try_keeps_the_respondent_that_the_member_is_already(loaded):
    file = TerritoryFileFactory()
    who = tries.begin(file.territory, now=NOW)
    RespondentFactory(diagnostic=who.diagnostic, member=holder_of(file))
    made = tries.take_into(who, file, by=holder_of(file), now=NOW)
    assert made.respondents.filter(member=None).count() == 1


def test_answers_are_taken_back_and_a_try_is_erased_at_once(loaded):
    one = DiagnosticFactory()
    who = answered(one, alliance=2)
    for _twice in range(2):
        respondents.take_back(who, now=NOW)
    assert queries.counts(one)[0].answered == 0
    with pytest.raises(DiagnosticRefused):
        tries.erase(who, now=NOW)
    tries.erase(tries.begin(None, now=NOW), now=NOW)
    assert list(Diagnostic.objects.all()) == [one]


def test_tries_are_erased_after_sixty_days(loaded):
    old, fresh = tries.begin(None, now=NOW), tries.begin(None, now=NOW + timedelta(days=30))
    respondents.send(old, {"alliance-1": "2"}, now=NOW)
    assert tries.erase_old(now=NOW + timedelta(days=61)) == 1
    assert list(Diagnostic.objects.all()) == [fresh.diagnostic]
    assert not Response.objects.exists()
    assert Opening.objects.count() == 1
