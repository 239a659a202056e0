"""Tell people what concerns them, once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.notifications import queries, services, wake
from alliage.notifications.enums import Frequency
from alliage.notifications.links import Unsubscription
from alliage.notifications.models import Notification, OutgoingMail, Preference
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.notifications.tests.factories import NOW, NotificationFactory

pytestmark = pytest.mark.django_db


def clock():
    return NOW


def test_a_person_is_told_who_did_what_and_where(member, animator):
    told = services.notify(member, "test.now", animator, by=animator, now=NOW)
    assert told.title == f"Du nouveau sur {animator.name}"
    assert told.url == f"/annuaire/{animator.pk}/"
    assert (told.by, told.due_at, told.read_at) == (animator, NOW, None)
    assert (told.object_type, told.object_id) == ("accounts.member", str(animator.pk))


def test_the_same_thing_told_twice_is_told_once(member, animator):
    first = services.notify(member, "test.now", animator, by=None, now=NOW)
    second = services.notify(member, "test.now", animator, by=None, now=NOW + timedelta(hours=1))
    assert first == second
    services.notify(member, "test.now", animator, by=None, now=NOW, key="autre")
    services.notify(member, "test.daily", animator, by=None, now=NOW)
    assert Notification.objects.count() == 3


def test_the_database_too_refuses_to_tell_twice():
    told = NotificationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        NotificationFactory(person=told.person, key=told.key)


@pytest.mark.parametrize("fields", [{"frequency": "sometimes"}, {"due_at": NOW, "mailed_at": NOW}])
def test_the_database_refuses_what_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        NotificationFactory(**fields)


def test_a_closed_account_is_told_nothing(animator):
    closed = MemberFactory(is_active=False)
    assert services.notify(closed, "test.now", animator, by=None, now=NOW) is None
    assert not Notification.objects.exists()


def test_a_demo_persona_gets_mail_in_demonstration_only(animator, settings):
    persona = MemberFactory(is_demo=True)
    settings.DEMO = False
    assert services.notify(persona, "test.now", animator, by=None, now=NOW).due_at is None
    settings.DEMO = True
    assert services.notify(persona, "test.now", animator, by=None, now=NOW, key="2").due_at == NOW


def test_many_people_are_told_in_a_few_queries_but_not_who_did_it(animator, django_assert_max_num_queries):
    people = MemberFactory.create_batch(30)
    with django_assert_max_num_queries(4):
        services.notify_many([*people, animator], "test.now", animator, by=animator, now=NOW)
    assert Notification.objects.count() == 30


def test_an_unknown_kind_is_a_programming_error(member):
    with pytest.raises(LookupError):
        services.notify(member, "test.unknown", member, by=None, now=NOW)


@pytest.mark.parametrize("url", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"])
def test_a_link_that_leaves_the_site_is_refused(member, url):
    kinds.add(NotificationKind("test.away", "Ailleurs", "", describe=lambda obj, by: Message("Titre", url)))
    with pytest.raises(ValueError, match="no path"):
        services.notify(member, "test.away", member, by=None, now=NOW)


def test_a_title_is_one_line_whatever_was_typed(member):
    kinds.add(
        NotificationKind(
            "test.lines", "x", "", describe=lambda obj, by: Message("Un\r\nBcc: moi@exemple.fr\n" + "a" * 300, "/")
        )
    )
    told = services.notify(member, "test.lines", member, by=None, now=NOW)
    assert told.title.startswith("Un Bcc: moi@exemple.fr aaa")
    assert len(told.title) == 200


def test_a_kind_that_says_nothing_better_gives_the_object_and_its_page(member):
    class Thing:
        pk = 1
        _meta = type("Meta", (), {"label_lower": "test.thing"})

        def __str__(self):
            return "Une pratique"

        def get_absolute_url(self):
            return "/pratiques/1/"

    kinds.add(NotificationKind("test.plain", "x", ""))
    told = services.notify(member, "test.plain", Thing(), by=None, now=NOW)
    assert (told.title, told.url) == ("Une pratique", "/pratiques/1/")


def test_what_is_confidential_is_neither_kept_nor_mailed(animator):
    person = MemberFactory(name="")
    told = services.notify(person, "test.confidential", animator, by=animator, now=NOW)
    assert told.title == "Essai test.confidential"
    assert told.text == ""
    services.deliver(clock=clock)
    sent = mail.outbox[0]
    for part in (sent.subject, sent.body, sent.alternatives[0][0]):
        assert animator.name not in part
    assert f"/annuaire/{animator.pk}/" in sent.body


def test_mails_leave_once_the_page_is_committed(member, animator, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("alliage.notifications.tasks.timezone.now", lambda: NOW)
    with django_capture_on_commit_callbacks(execute=True):
        services.notify(member, "test.now", animator, by=None, now=NOW)
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_what_leaves_later_wakes_nobody(member, animator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        services.notify(member, "test.daily", animator, by=None, now=NOW)
    assert callbacks == []


def test_a_sender_that_cannot_be_woken_breaks_no_page(
    member, animator, django_capture_on_commit_callbacks, monkeypatch
):
    def broken():
        raise ConnectionError("queue down")

    monkeypatch.setattr(wake, "_wake", broken)
    with django_capture_on_commit_callbacks(execute=True):
        told = services.notify(member, "test.now", animator, by=None, now=NOW)
    assert told.due_at == NOW


def test_reading_marks_once(member):
    first, second = NotificationFactory.create_batch(2, person=member)
    NotificationFactory()
    assert queries.unread_count(member) == 2
    services.mark_read(first, now=NOW)
    services.mark_read(first, now=NOW + timedelta(days=1))
    first.refresh_from_db()
    assert first.read_at == NOW
    assert services.mark_all_read(member, now=NOW) == 1
    second.refresh_from_db()
    assert second.read_at == NOW
    assert queries.unread_count(member) == 0


def test_choices_are_kept_and_waiting_mails_follow(member, animator):
    waiting = services.notify(member, "test.daily", animator, by=None, now=NOW)
    other = services.notify(member, "test.weekly", animator, by=None, now=NOW)
    services.choose(member, {"test.daily": "never", "test.weekly": "weekly", "unknown": "now"}, now=NOW)
    waiting.refresh_from_db()
    assert (waiting.frequency, waiting.due_at) == ("never", None)
    assert other.due_at == Notification.objects.get(pk=other.pk).due_at
    services.choose(member, {"test.daily": "weekly"}, now=NOW)
    assert Preference.objects.filter(person=member).count() == 2
    chosen = {choice.kind.code: choice.frequency for choice in queries.choices_of(member)}
    assert chosen["test.daily"] == Frequency.WEEKLY
    assert chosen["test.now"] == Frequency.NOW


def test_a_kind_is_chosen_for_one_group_and_waiting_mails_follow(member, animator):
    other = MemberFactory()
    services.choose_for(member, "test.daily", "group-1", "now", now=NOW)
    for scope in ("group-1", "group-11", ""):
        services.notify_many([member, other], "test.daily", animator, by=None, now=NOW, key=f"k{scope}", scope=scope)
    frequencies = dict(Notification.objects.filter(person=member).values_list("key", "frequency"))
    assert [frequency for key, frequency in frequencies.items() if key.endswith("|@group-1")] == ["now"]
    assert sorted(frequencies.values()) == ["daily", "daily", "now"]
    assert set(Notification.objects.filter(person=other).values_list("frequency", flat=True)) == {"daily"}
    services.choose_for(member, "test.daily", "group-1", "never", now=NOW)
    assert Notification.objects.get(person=member, key__endswith="|@group-1").due_at is None
    # The choice of the kind leaves the choice of a group alone, unless it stops everything.
    services.choose_for(member, "test.daily", "group-11", "weekly", now=NOW)
    services.choose(member, {"test.daily": "now"}, now=NOW)
    waiting = dict(Notification.objects.filter(person=member, due_at__isnull=False).values_list("key", "frequency"))
    assert sorted(waiting.values()) == ["now", "weekly"]
    services.choose(member, {"test.daily": "never"}, now=NOW)
    assert not Notification.objects.filter(person=member, due_at__isnull=False).exists()


def test_who_wants_no_mail_of_a_kind_has_none_of_any_group(member, animator):
    services.choose(member, {"test.daily": "never"}, now=NOW)
    services.choose_for(member, "test.daily", "group-1", "now", now=NOW)
    services.notify_many([member], "test.daily", animator, by=None, now=NOW, key="x" * 300, scope="group-1")
    told = Notification.objects.get()
    assert (told.frequency, told.due_at, len(told.key)) == ("never", None, 255)
    assert told.key.endswith("|@group-1")
    services.restore(Unsubscription(("test.daily",), person_id=member.pk))
    services.choose_for(member, "test.daily", "group-1", "weekly", now=NOW)
    assert queries.frequencies_of(kinds.get("test.daily"), [member], "group-1") == {member.pk: "weekly"}
    assert queries.frequencies_of(kinds.get("test.daily"), [member]) == {member.pk: "daily"}


def test_what_is_read_on_its_own_page_is_read_everywhere(member, animator):
    services.notify(member, "test.daily", animator, by=None, now=NOW)
    services.notify(member, "test.daily", member, by=None, now=NOW)
    assert services.mark_read_about(member, animator, now=NOW) == 1
    assert services.mark_read_about(member, animator, now=NOW) == 0
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_a_choice_that_does_not_exist_is_refused(member):
    with pytest.raises(ValueError, match="sometimes"):
        services.choose(member, {"test.daily": "sometimes"}, now=NOW)
    for fields in ({"frequency": "sometimes"}, {"frequency": "now"}):
        Preference.objects.filter(person=member).delete()
        Preference.objects.create(person=member, kind="test.now", frequency="now")
        with pytest.raises(IntegrityError), transaction.atomic():
            Preference.objects.create(person=member, kind="test.now", **fields)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_and_send_once(animator):
    """Two workers write the same thing, then both deliver: one notification, one mail."""
    person = MemberFactory()
    barrier = threading.Barrier(2)
    problems = []

    def work():
        try:
            barrier.wait(timeout=10)
            services.notify(person, "test.now", animator, by=None, now=NOW)
            barrier.wait(timeout=10)
            services.deliver(clock=clock)
        except Exception as error:  # noqa: BLE001 shown by the assertion below
            problems.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert problems == []
    assert Notification.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert len(mail.outbox) == 1
