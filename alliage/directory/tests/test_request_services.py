"""A request for help from its sending to its erasure."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import secret_links, working_days
from alliage.directory.enums import (
    RECIPIENT_MOVES,
    REQUEST_MOVES,
    Outcome,
    RecipientState,
    RequestState,
    Visibility,
    Voice,
)
from alliage.directory.models import HelpRequest, RequestMessage, RequestRecipient
from alliage.directory.queries import requests as queries
from alliage.directory.services import profiles
from alliage.directory.services import requests as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.notifications.enums import MailState
from alliage.notifications.links import Unsubscription, address_digest
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import unsubscribe
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def commune():
    return TerritoryFactory(code="97353", name="Maripasoula", latitude=3.64, longitude=-54.03)


@pytest.fixture
def catalyst():
    return CatalystFactory(name="Ada Rey", owner=MemberFactory(email="ada@exemple.fr"))


def asking(commune=None, **changes):
    values = {
        "need": "Ouvrir un tiers-lieu.",
        "territory": commune,
        "name": "Jeanne Apatou",
        "email": "jeanne@exemple.fr",
        **changes,
    }
    return services.Asking(**values)


def sent(commune, *entries, by=None, now=NOW, key="", **changes):
    return services.send(asking(commune, **changes), entries, by=by, now=now, sent=key)


def mails_to(address):
    return OutgoingMail.objects.filter(to=address).order_by("pk")


def state(row):
    row.refresh_from_db()
    return row.state


# --- Send ----------------------------------------------------------------------------------------------------------


def test_a_request_reaches_the_one_it_is_for_and_its_author_gets_the_link_of_their_page(commune, catalyst):
    row = sent(commune, catalyst, slots=working_days.slots("America/Cayenne", now=NOW)[:2])
    assert row.state == RequestState.SENT
    assert row.time_zone == "America/Cayenne"
    assert len(row.slots) == 2
    told = Notification.objects.get(person=catalyst.owner)
    assert told.kind == services.RECEIVED
    assert "Maripasoula" in told.title
    mail = mails_to("jeanne@exemple.fr").get()
    assert secret_links.requester_path(row) in mail.text
    assert secret_links.by_secret(secret_links.secret_from(row.seed), now=NOW) == row


def test_neither_mail_nor_notification_repeats_what_is_asked_nor_by_whom(commune, catalyst):
    other = CatalystFactory(email="autre@exemple.fr")
    row = sent(commune, catalyst, other, phone="0694 12 34 56")
    services.answer(row.recipients.get(entry=catalyst), text="Un mot que nul autre ne lit.", now=LATER)
    services.add_word(row, text="Encore un secret.", now=LATER)
    told = [f"{one.title} {one.text} {one.url}" for one in Notification.objects.all()]
    told += [f"{mail.subject} {mail.text} {mail.html}" for mail in mails_to("autre@exemple.fr")]
    assert len(told) >= 4
    for text in told:
        for secret in ("tiers-lieu", "Jeanne", "jeanne@", "0694", "Un mot", "Encore"):
            assert secret not in text
    for mail in mails_to("jeanne@exemple.fr"):
        assert "Un mot" not in mail.text
        assert "Jeanne" not in f"{mail.subject}{mail.text}"  # anyone may type any address, and any words as a name


def test_a_catalyst_without_account_is_told_by_mail_and_one_whose_account_is_closed_too(commune):
    one, two = (
        CatalystFactory(email="fiche@exemple.fr"),
        CatalystFactory(email="fermee@exemple.fr", owner=MemberFactory(is_active=False)),
    )
    row = sent(commune, one, two)
    for entry in (one, two):
        recipient = row.recipients.get(entry=entry)
        assert secret_links.recipient_path(recipient) in mails_to(entry.email).get().text


def test_a_request_that_reaches_nobody_goes_to_the_animators_at_once(commune, animator):
    row = sent(commune, CatalystFactory())
    assert (row.state, row.handed_over_at, row.recipients.count()) == (RequestState.HANDED_OVER, NOW, 0)
    assert Notification.objects.get(person=animator).kind == services.WAITS
    assert "équipe d’animation" in mails_to("jeanne@exemple.fr").get().text


def test_an_address_that_wants_no_more_requests_is_no_recipient(commune):
    entry = CatalystFactory(email="non@exemple.fr")
    unsubscribe(Unsubscription((services.TO_RECIPIENTS,), digest=address_digest("non@exemple.fr")), now=NOW)
    assert sent(commune, entry).state == RequestState.HANDED_OVER
    assert not RequestRecipient.objects.exists()


def test_a_fictitious_catalyst_is_written_to_in_demonstration_only(commune, settings):
    entry = CatalystFactory(slug="demo-ada", is_demo=True, email="vraie@exemple.fr")
    settings.DEMO = True
    assert sent(commune, entry).state == RequestState.SENT
    assert mails_to("demo-ada@demonstration.exemple.fr").exists()
    settings.DEMO = False
    assert sent(commune, entry).state == RequestState.HANDED_OVER
    assert not mails_to("vraie@exemple.fr").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"is_hidden": True},
        {"visibility": Visibility.MEMBERS},
        {"contact_visibility": Visibility.NOBODY},
        {"withdrawn_on": date(2026, 1, 1)},
        {"kind": "organisation"},
    ],
)
def test_who_is_not_shown_or_takes_no_message_receives_nothing(commune, changes):
    entry = CatalystFactory(email="cachee@exemple.fr", **changes)
    assert not services.can_be_asked(entry)
    assert queries.catalysts([entry.slug]) == []
    assert sent(commune, entry).recipients.count() == 0
    assert not mails_to("cachee@exemple.fr").exists()


def test_a_request_without_territory_or_with_a_phone_only_is_taken(catalyst):
    row = sent(None, catalyst, email="", phone="0262 00 00 00")
    assert row.time_zone == "Europe/Paris"
    assert not OutgoingMail.objects.filter(person=None).exists()
    assert Notification.objects.get(person=catalyst.owner).title.startswith("Demande d’aide")


def test_a_request_needs_a_way_to_answer_and_three_readers_at_most(commune, catalyst):
    with pytest.raises(services.RequestRefused, match="téléphone"):
        sent(commune, catalyst, email="")
    with pytest.raises(services.RequestRefused, match="trois personnes au plus"):
        sent(commune, *CatalystFactory.create_batch(4, email="x@exemple.fr"))
    assert not HelpRequest.objects.exists()


def test_the_same_form_sent_twice_is_one_request_and_other_words_are_another(commune, catalyst):
    first = sent(commune, catalyst, key="page")
    assert sent(commune, catalyst, key="page", now=LATER) == first
    assert sent(commune, catalyst, key="page", need="Autre chose.") != first
    assert sent(commune, catalyst) != sent(commune, catalyst)
    assert mails_to("jeanne@exemple.fr").count() == 4


def test_a_broken_invariant_is_not_taken_for_a_second_sending(commune, catalyst):
    with pytest.raises(IntegrityError):
        sent(commune, catalyst, name="", key="page")
    with pytest.raises(IntegrityError):
        sent(commune, catalyst, name="")


# --- Answer --------------------------------------------------------------------------------------------------------


def test_opening_the_link_says_that_it_is_read_once(commune, catalyst):
    row = sent(commune, catalyst)
    recipient = row.recipients.get()
    services.see(recipient, now=LATER)
    services.see(recipient, now=LATER + timedelta(hours=1))
    recipient.refresh_from_db()
    assert (recipient.state, recipient.seen_at, state(row)) == (RecipientState.SEEN, LATER, RequestState.SEEN)


def test_opening_the_link_late_does_not_take_the_request_back_from_animators(commune, catalyst):
    row = sent(commune, catalyst)
    services.tend(row.due_at)
    services.see(row.recipients.get(), now=row.due_at)
    assert state(row) == RequestState.HANDED_OVER


def test_an_answer_is_told_to_its_author_and_may_be_followed_by_another(commune, catalyst):
    row = sent(commune, catalyst)
    recipient = row.recipients.get()
    services.answer(recipient, text="Je viens mardi.", now=LATER)
    services.answer(recipient, text="Mercredi plutôt.", now=LATER + timedelta(days=1))
    recipient.refresh_from_db()
    assert (recipient.state, recipient.answered_at) == (RecipientState.ANSWERED, LATER)
    assert state(row) == RequestState.ANSWERED
    assert row.answered_at == LATER
    assert row.expires_at == LATER + timedelta(days=181)
    assert [message.text for message in queries.thread(row).messages] == ["Je viens mardi.", "Mercredi plutôt."]
    assert mails_to("jeanne@exemple.fr").count() == 3


def test_an_answer_sent_twice_is_one(commune, catalyst):
    row = sent(commune, catalyst)
    recipient = row.recipients.get()
    first = services.answer(recipient, text="Je viens.", now=LATER, sent="page")
    assert services.answer(recipient, text="Je viens.", now=LATER, sent="page") == first
    assert row.messages.count() == 1
    assert mails_to("jeanne@exemple.fr").count() == 2
    services.add_word(row, text="Merci.", now=LATER, sent="page")
    services.add_word(row, text="Merci.", now=LATER, sent="page")
    assert row.messages.count() == 2
    assert Notification.objects.filter(kind=services.WORD).count() == 1


def test_nothing_is_said_in_an_empty_message(commune, catalyst):
    row = sent(commune, catalyst)
    with pytest.raises(services.RequestRefused):
        services.answer(row.recipients.get(), text="  ", now=LATER)
    assert state(row) == RequestState.SENT


def test_one_declines_and_the_other_may_still_answer(commune, catalyst):
    other = CatalystFactory(email="autre@exemple.fr")
    row = sent(commune, catalyst, other)
    services.decline(row.recipients.get(entry=catalyst), text="Pas en décembre.", now=LATER)
    assert state(row) == RequestState.SENT
    assert row.messages.get().text == "Pas en décembre."
    services.answer(row.recipients.get(entry=other), text="Moi, oui.", now=LATER)
    assert state(row) == RequestState.ANSWERED


def test_when_everyone_declines_animators_take_over_at_once(commune, catalyst, animator):
    row = sent(commune, catalyst)
    services.decline(row.recipients.get(), now=LATER)
    assert state(row) == RequestState.HANDED_OVER
    assert Notification.objects.filter(person=animator, kind=services.WAITS).count() == 1
    assert "cherche pour vous" in mails_to("jeanne@exemple.fr").last().text
    services.answer(row.recipients.get(), text="Finalement, oui.", now=LATER)
    assert state(row) == RequestState.ANSWERED


def test_a_second_decline_is_refused(commune, catalyst):
    row = sent(commune, catalyst)
    services.decline(row.recipients.get(), now=LATER)
    with pytest.raises(services.RequestRefused):
        services.decline(row.recipients.get(), now=LATER)


def test_declining_a_request_that_animators_have_changes_nothing_for_them(commune, catalyst, animator):
    row = sent(commune, catalyst)
    services.tend(row.due_at)
    services.decline(row.recipients.get(), now=row.due_at)
    assert state(row) == RequestState.HANDED_OVER
    assert Notification.objects.filter(person=animator).count() == 1


def test_a_request_is_passed_to_a_colleague_of_the_same_organisation(commune, catalyst):
    group = OrganisationFactory()
    colleague = CatalystFactory(name="Bo Lin", email="bo@exemple.fr")
    MembershipFactory(person=catalyst, group=group)
    MembershipFactory(person=colleague, group=group)
    CatalystFactory(name="Inconnue")
    row = sent(commune, catalyst)
    recipient = row.recipients.get()
    assert queries.colleagues(recipient) == [colleague]
    passed = services.pass_on(recipient, colleague, now=LATER)
    assert (passed.passed_by, passed.reason) == (recipient, "transmise par Ada Rey")
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.PASSED
    assert mails_to("bo@exemple.fr").exists()
    assert state(row) == RequestState.SENT


def test_colleagues_include_who_acts_on_the_territory_and_never_who_received_it(commune, catalyst):
    around = CatalystFactory(name="Autour")
    around.areas.add(commune)
    catalyst.areas.add(commune)
    row = sent(commune, catalyst)
    assert queries.colleagues(row.recipients.get()) == [around]
    assert queries.colleagues(sent(None, catalyst).recipients.get()) == []


def test_a_request_is_not_passed_to_who_has_it_or_cannot_be_reached(commune, catalyst):
    other, nowhere = CatalystFactory(email="autre@exemple.fr"), CatalystFactory()
    row = sent(commune, catalyst, other)
    recipient = row.recipients.get(entry=catalyst)
    with pytest.raises(services.RequestRefused, match="déjà reçu"):
        services.pass_on(recipient, other, now=LATER)
    with pytest.raises(services.RequestRefused, match="joint"):
        services.pass_on(recipient, nowhere, now=LATER)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.SENT


# --- Close, erase --------------------------------------------------------------------------------------------------


def test_a_word_of_the_author_is_told_to_those_who_still_listen(commune, catalyst, animator):
    left = CatalystFactory(email="partie@exemple.fr")
    row = sent(commune, catalyst, left)
    services.decline(row.recipients.get(entry=left), now=LATER)
    services.add_word(row, text="J’oubliais.", now=LATER)
    assert Notification.objects.filter(kind=services.WORD, person=catalyst.owner).count() == 1
    assert mails_to("partie@exemple.fr").count() == 1
    assert not Notification.objects.filter(person=animator).exists()
    services.tend(row.due_at)
    services.add_word(row, text="Toujours rien ?", now=row.due_at)
    assert Notification.objects.filter(person=animator).count() == 2


def test_closing_says_what_came_of_it_and_ends_the_exchange(commune, catalyst):
    row = sent(commune, catalyst)
    services.close(row, outcome=Outcome.NOT_HELPED, now=LATER)
    services.close(row, outcome=Outcome.HELPED, now=LATER + timedelta(days=1))
    assert state(row) == RequestState.CLOSED
    assert (row.outcome, row.closed_at) == (Outcome.HELPED, LATER)
    recipient = row.recipients.get()
    for act in (
        lambda: services.answer(recipient, text="Trop tard.", now=LATER),
        lambda: services.decline(recipient, now=LATER),
        lambda: services.pass_on(recipient, CatalystFactory(), now=LATER),
        lambda: services.add_word(row, text="Encore.", now=LATER),
    ):
        with pytest.raises(services.RequestRefused, match="close"):
            act()


def test_erasing_leaves_only_what_is_counted(commune, catalyst):
    row = sent(commune, catalyst, by=MemberFactory(), phone="0694 12 34 56", key="page")
    recipient = row.recipients.get()
    services.answer(recipient, text="Oui.", now=LATER)
    services.erase(row, now=LATER)
    services.erase(row, now=LATER + timedelta(days=1))
    row.refresh_from_db()
    assert (row.need, row.name, row.email, row.phone, row.slots, row.requester, row.sent_key) == (
        "", "", "", "", [], None, "",
    )  # fmt: skip
    assert (row.state, row.purged_at, row.territory) == (RequestState.CLOSED, LATER, commune)
    assert not RequestMessage.objects.exists()
    assert secret_links.by_secret(secret_links.secret_from(row.seed), now=LATER) is None
    assert secret_links.by_recipient(secret_links.recipient_path(recipient).split("/")[-2], now=LATER) is None
    with pytest.raises(services.RequestRefused, match="effacée"):
        services.close(row, outcome=Outcome.HELPED, now=LATER)
    assert queries.figures() == queries.Figures(total=1, answered=1, handed_over=0, helped=0)


def test_erasing_a_closed_request_keeps_when_it_was_closed(commune, catalyst):
    row = sent(commune, catalyst)
    services.close(row, outcome=Outcome.HELPED, now=NOW)
    services.erase(row, now=LATER)
    row.refresh_from_db()
    assert (row.closed_at, row.outcome) == (NOW, Outcome.HELPED)


def test_a_hall_may_ask_one_person_and_a_robot_stops_there(commune, catalyst, monkeypatch):
    monkeypatch.setattr(services, "MOST_A_DAY", 2)
    sent(commune, catalyst), sent(commune, catalyst)
    with pytest.raises(services.RequestRefused, match="choisissez quelqu’un d’autre"):
        sent(commune, catalyst)
    assert sent(commune, CatalystFactory(owner=MemberFactory())).state == RequestState.SENT


def test_an_answer_outlives_the_entry_of_who_wrote_it_unsigned_and_for_whoever_asked_alone(commune, catalyst):
    other = CatalystFactory(owner=MemberFactory())
    row = sent(commune, catalyst, other)
    services.answer(row.recipients.get(entry=catalyst), text="Oui.", now=LATER)
    profiles.forget(catalyst.owner, now=LATER)
    assert state(row) == RequestState.ANSWERED
    assert [(one.text, one.recipient) for one in queries.thread(row).messages] == [("Oui.", None)]
    assert queries.is_answered(queries.thread(row))
    assert queries.thread(row, of=row.recipients.get()).messages == []
    services.erase(row, now=LATER)
    assert not RequestMessage.objects.exists()
    assert not queries.is_answered(queries.thread(row))


def test_an_account_that_closes_takes_its_requests_away(commune, catalyst):
    member = MemberFactory()
    mine, other = sent(commune, catalyst, by=member), sent(commune, catalyst)
    assert queries.export_of(member)["demandes_envoyees"][0]["besoin"] == "Ouvrir un tiers-lieu."
    services.answer(mine.recipients.get(), text="Oui.", now=LATER)
    assert queries.export_of(catalyst.owner)["reponses_donnees"][0]["text"] == "Oui."
    services.forget_member(member, now=LATER)
    assert (state(mine), state(other)) == (RequestState.CLOSED, RequestState.SENT)
    assert mine.need == ""
    assert queries.export_of(member)["demandes_envoyees"] == []


# --- Animators -----------------------------------------------------------------------------------------------------


def test_animators_touch_only_what_was_handed_over(commune, catalyst, animator):
    row = sent(commune, catalyst)
    other = CatalystFactory(email="autre@exemple.fr")
    assert queries.of_animators(row.pk) is None
    with pytest.raises(services.RequestRefused, match="attend encore"):
        services.reply(row, text="Bonjour.", by=animator, now=LATER)
    with pytest.raises(services.RequestRefused, match="attend encore"):
        services.route(row, other, by=animator, now=LATER)


def test_an_animator_answers_what_was_handed_over(commune, animator):
    row = sent(commune)
    assert queries.handed_over_count() == 1
    assert list(queries.handed_over()) == [row]
    services.reply(row, text="Nous cherchons.", by=animator, now=LATER, sent="page")
    services.reply(row, text="Nous cherchons.", by=animator, now=LATER, sent="page")
    assert state(row) == RequestState.ANSWERED
    assert row.messages.get().voice == Voice.ANIMATOR
    assert mails_to("jeanne@exemple.fr").count() == 2
    assert queries.handed_over_count() == 0
    assert queries.of_animators(row.pk) == row


def test_an_animator_sends_it_to_someone_with_new_deadlines(commune, catalyst, animator):
    row = sent(commune)
    later = NOW + timedelta(days=7)
    services.route(row, catalyst, by=animator, now=later)
    assert state(row) == RequestState.SENT
    assert row.due_at == working_days.after(later, 5)
    assert row.recipients.get().reason == "orientée par l’équipe d’animation"
    with pytest.raises(services.RequestRefused, match="déjà reçu"):
        services.route(row, catalyst, by=animator, now=later)
    with pytest.raises(services.RequestRefused, match="ni compte"):
        services.route(row, CatalystFactory(), by=animator, now=later)
    services.answer(row.recipients.get(), text="Oui.", now=later)
    services.route(row, CatalystFactory(email="deux@exemple.fr"), by=animator, now=later)
    assert state(row) == RequestState.ANSWERED
    services.close(row, outcome=Outcome.HELPED, now=later)
    for act in (services.reply, services.route):
        with pytest.raises(services.RequestRefused, match="close"):
            act(row, **({"text": "x"} if act is services.reply else {"entry": catalyst}), by=animator, now=later)


# --- Time ----------------------------------------------------------------------------------------------------------


def test_whoever_has_not_answered_is_reminded_once_then_animators_take_over(commune, catalyst, animator):
    mailed = CatalystFactory(email="fiche@exemple.fr")
    row = sent(commune, catalyst, mailed)
    assert (row.remind_at.date(), row.due_at.date()) == (date(2026, 12, 1), date(2026, 12, 3))
    services.tend(row.remind_at - timedelta(minutes=1))
    assert Notification.objects.filter(person=catalyst.owner).count() == 1
    for _turn in range(2):
        services.tend(row.remind_at)
    assert Notification.objects.filter(person=catalyst.owner).count() == 2
    assert "attend encore" in Notification.objects.filter(person=catalyst.owner).latest("pk").title
    assert mails_to("fiche@exemple.fr").count() == 2
    assert not Notification.objects.filter(person=animator).exists()
    for _turn in range(2):
        services.tend(row.due_at)
    assert state(row) == RequestState.HANDED_OVER
    assert Notification.objects.filter(person=animator).count() == 1


def test_nobody_is_reminded_of_what_is_answered(commune, catalyst):
    row = sent(commune, catalyst)
    services.answer(row.recipients.get(), text="Oui.", now=LATER)
    services.tend(row.due_at)
    assert state(row) == RequestState.ANSWERED
    assert Notification.objects.filter(person=catalyst.owner).count() == 1


def test_what_changed_between_the_list_and_the_lock_is_left_alone(commune, catalyst):
    """Two workers may take the same turn."""
    row = sent(commune, catalyst)
    stale = HelpRequest.objects.get(pk=row.pk)
    services.answer(row.recipients.get(), text="Oui.", now=LATER)
    services._hand_over_late(stale, now=LATER)
    services._remind(stale, now=LATER)
    assert state(row) == RequestState.ANSWERED
    assert row.reminded_at is None


def test_a_request_is_erased_when_nothing_happened_for_the_whole_delay(commune, catalyst, settings):
    settings.REQUEST_KEPT_DAYS = 30
    row = sent(commune, catalyst)
    services.tend(NOW + timedelta(days=29))
    services.tend(row.expires_at)
    row.refresh_from_db()
    assert row.purged_at == row.expires_at
    assert row.need == ""


def test_who_was_hidden_is_told_nothing_more_and_is_not_waited_for(commune, catalyst):
    other = CatalystFactory(email="autre@exemple.fr")
    row = sent(commune, catalyst, other)
    catalyst.is_hidden = True
    catalyst.save()
    count = Notification.objects.filter(person=catalyst.owner).count()
    services.add_word(row, text="Un mot.", now=LATER)
    services.tend(row.remind_at)
    assert Notification.objects.filter(person=catalyst.owner).count() == count
    assert mails_to("autre@exemple.fr").count() == 3
    services.decline(row.recipients.get(entry=other), now=row.remind_at)
    assert state(row) == RequestState.HANDED_OVER


def test_the_link_ends_with_the_delay_even_before_the_erasure(commune, catalyst):
    row = sent(commune, catalyst)
    recipient = row.recipients.get()
    assert secret_links.by_secret(secret_links.secret_from(row.seed), now=row.expires_at) is None
    token = secret_links.recipient_path(recipient).split("/")[-2]
    assert secret_links.by_recipient(token, now=NOW) == recipient
    assert secret_links.by_recipient(token, now=row.expires_at) is None
    assert secret_links.by_recipient(token + "x", now=NOW) is None
    assert secret_links.by_recipient("rien", now=NOW) is None


def test_the_database_alone_opens_no_page(commune, catalyst):
    row = sent(commune, catalyst)
    secret = secret_links.secret_from(row.seed)
    assert secret not in {str(getattr(row, field.attname)) for field in row._meta.fields}
    assert secret_links.by_secret(row.seed, now=NOW) is None
    assert secret_links.by_secret(row.token_digest, now=NOW) is None


def test_mails_open_the_page_after_the_site_s_key_was_changed(commune, catalyst, settings):
    row = sent(commune, catalyst)
    settings.SECRET_KEY = "another"
    assert secret_links.by_secret(secret_links.secret_from(row.seed), now=NOW) is None
    services.answer(row.recipients.get(), text="Oui.", now=LATER)
    assert secret_links.by_secret(secret_links.secret_from(row.seed), now=NOW) == row


# --- Invariants ----------------------------------------------------------------------------------------------------


def refused_by_the_database(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_the_database_holds_the_invariants(commune, catalyst):
    row = sent(commune, catalyst, key="page")
    requests, recipients = HelpRequest.objects.filter(pk=row.pk), RequestRecipient.objects.filter(request=row)
    message = services.add_word(row, text="x", now=LATER, sent="page")
    for change in (
        lambda: requests.update(state="lost"),
        lambda: requests.update(outcome="perhaps"),
        lambda: requests.update(outcome=Outcome.HELPED),
        lambda: requests.update(state=RequestState.CLOSED),
        lambda: requests.update(closed_at=NOW),
        lambda: requests.update(email="", phone=""),
        lambda: requests.update(need=""),
        lambda: requests.update(purged_at=NOW),
        lambda: recipients.update(state="lost"),
        lambda: recipients.update(state=RecipientState.ANSWERED),
        lambda: recipients.update(answered_at=NOW),
        lambda: RequestRecipient.objects.create(request=row, entry=catalyst, sent_at=NOW),
        lambda: RequestMessage.objects.create(request=row, voice="ghost", text="x", created_at=NOW),
        lambda: RequestMessage.objects.create(request=row, voice=Voice.ANIMATOR, text="", created_at=NOW),
        lambda: RequestMessage.objects.create(
            request=row, voice=Voice.ANIMATOR, recipient=row.recipients.get(), text="x", created_at=NOW
        ),
        lambda: RequestMessage.objects.create(
            request=row, voice=Voice.ANIMATOR, text="y", sent_key=message.sent_key, created_at=NOW
        ),
        lambda: HelpRequest.objects.create(
            seed="x", token_digest="x", sent_key=row.sent_key, need="x", name="x", email="x@exemple.fr",
            created_at=NOW, remind_at=NOW, due_at=NOW, expires_at=NOW,
        ),
    ):  # fmt: skip
        refused_by_the_database(change)


def test_every_state_has_its_moves_and_no_move_comes_back_from_the_end():
    assert set(REQUEST_MOVES) == set(RequestState.values)
    assert set(RECIPIENT_MOVES) == set(RecipientState.values)
    assert REQUEST_MOVES[RequestState.CLOSED] == frozenset()
    assert all(state not in after for state, after in [*REQUEST_MOVES.items(), *RECIPIENT_MOVES.items()])


def test_a_request_never_says_what_it_holds_where_it_is_printed(commune, catalyst):
    row = sent(commune, catalyst)
    message = services.add_word(row, text="Un secret.", now=LATER)
    for one in (row, row.recipients.get(), message):
        for secret in ("Jeanne", "jeanne@", "tiers-lieu", "secret"):
            assert secret not in f"{one} {one!r}"


def test_what_waits_for_a_member_is_on_their_space(commune, catalyst):
    row = sent(commune, catalyst)
    assert list(queries.to_answer(catalyst.owner)) == [row.recipients.get()]
    services.answer(row.recipients.get(), text="Oui.", now=LATER)
    assert list(queries.to_answer(catalyst.owner)) == []
    assert list(queries.received_by(catalyst.owner)) == [row.recipients.get()]
    assert queries.age_in_days(row, now=NOW + timedelta(days=3)) == 3
    assert mails_to("jeanne@exemple.fr").filter(state=MailState.QUEUED).exists()


def test_a_move_that_the_table_does_not_hold_is_refused(commune, catalyst):
    row = sent(commune, catalyst)
    services.close(row, outcome=Outcome.HELPED, now=LATER)
    row.refresh_from_db()
    with pytest.raises(services.RequestRefused, match="relisez"):
        services._move(row, RequestState.SENT)
