"""What is written in the seven days after a sequence."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role as Roles
from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_links
from alliage.events.enums import StewardRole
from alliage.events.live_enums import ContributionState
from alliage.events.live_people import Visitor
from alliage.events.models import Contribution, Sequence, Steward
from alliage.events.queries import live as queries
from alliage.events.services import contributions as services
from alliage.events.services.live import LiveRefused
from alliage.events.templatetags.events_live import live_door
from alliage.events.tests.factories import AttendeeFactory, SequenceFactory, seated, webinar

pytestmark = pytest.mark.django_db


def over(**said) -> Sequence:
    event = webinar(starts_at=timezone.now() - timedelta(days=1), **said)
    return Sequence.objects.select_related("event", "room").get(event=event)


def write(sequence, by, *, text="Une maison commune", act=None, now=None, kind="need", signed=""):
    act, now = act or uuid.uuid4(), now or timezone.now()
    return services.contribute(sequence, kind, text, signed=signed, by=by, act=act, now=now)


def registered(sequence) -> Visitor:
    return Visitor(None, seated(sequence).attendee)


def test_who_is_registered_writes_for_seven_days_and_it_waits():
    sequence = over()
    by = registered(sequence)
    made = write(sequence, by, now=sequence.ends_at + timedelta(days=7, seconds=-1), signed="  Ketty  ")
    assert (made.state, made.signed) == (ContributionState.WAITING, "Ketty")
    for moment in (sequence.ends_at, sequence.ends_at + timedelta(days=7)):
        with pytest.raises(LiveRefused, match="sept jours"):
            write(sequence, by, now=moment)
    assert list(queries.contributions_of(sequence)) == []


def test_a_member_who_could_not_come_writes_too_and_a_passer_by_does_not():
    sequence = over()
    assert write(sequence, Visitor(MemberFactory(), None)).attendee is None
    with pytest.raises(LiveRefused, match="lien personnel"):
        write(sequence, Visitor())


def test_the_same_sending_twice_is_one_contribution():
    sequence = over()
    by, act = registered(sequence), uuid.uuid4()
    assert write(sequence, by, act=act) == write(sequence, by, act=act)
    other = write(sequence, registered(sequence), act=act)
    assert other.act == act
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "word"), [({"text": " "}, "1 à"), ({"text": "x" * 2001}, "1 à"), ({"kind": "poème"}, "Dites si")]
)
def test_what_cannot_be_kept_is_refused(said, word):
    sequence = over()
    with pytest.raises(LiveRefused, match=word):
        write(sequence, registered(sequence), **said)


def test_one_person_leaves_room_for_others():
    sequence = over()
    by = registered(sequence)
    for _rank in range(services.MOST_EACH):
        write(sequence, by)
    with pytest.raises(LiveRefused, match="laissez la place"):
        write(sequence, by)


def test_those_who_hold_the_sequence_show_and_hide():
    steward, sequence = MemberFactory(), over()
    Steward.objects.create(sequence=sequence, member=steward, role=StewardRole.RAPPORTEUR)
    made = write(sequence, registered(sequence))
    with pytest.raises(LiveRefused, match="tiennent"):
        services.decide(made, "shown", by=MemberFactory(), now=timezone.now())
    with pytest.raises(LiveRefused, match="se montre"):
        services.decide(made, "waiting", by=steward, now=timezone.now())
    services.decide(made, "shown", by=steward, now=timezone.now())
    assert list(queries.contributions_of(sequence)) == [made]
    services.decide(made, "hidden", by=steward, now=timezone.now())
    assert list(queries.contributions_of(sequence)) == []


def test_one_takes_back_what_one_wrote_and_nothing_else():
    sequence = over()
    by, other = registered(sequence), Visitor(MemberFactory(), None)
    made = write(sequence, by)
    with pytest.raises(LiveRefused, match="pas la vôtre"):
        services.take_back(made, by=other, now=timezone.now())
    services.take_back(made, by=by, now=timezone.now())
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("wrong", [{"text": ""}, {"kind": "poem"}, {"state": "lost"}])
def test_the_database_refuses_what_means_nothing(wrong):
    sequence = over()
    right = {"sequence": sequence, "kind": "need", "text": "Un besoin", "act": uuid.uuid4()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(**(right | wrong))
    Contribution.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(**right)


# --- Pages -----------------------------------------------------------------------------------------------------------


def by_link(sequence, client) -> None:
    token = registration_links.token_of("graine")
    seated(sequence, seed="graine", token_digest=registration_links.digest(token))
    client.get(reverse("events:contribute", args=[sequence.pk]), {"inscription": token})


def sent(**said):
    return {"act": str(uuid.uuid4()), "kind": "question", "text": "Et le dimanche ?", "moment": _moment(), **said}


def _moment() -> str:
    from django.core.signing import TimestampSigner

    return TimestampSigner(salt="alliage.ui.honeypot").sign("1")


def test_a_contribution_is_written_decided_and_read(client, settings):
    settings.HONEYPOT_SECONDS = 0
    owner = MemberFactory()
    sequence = over(owner=owner)
    address = reverse("events:contribute", args=[sequence.pk])
    by_link(sequence, client)
    assert client.post(address, sent()).status_code == 302
    page = client.get(address).content.decode()
    assert "attend la modération" in page
    other = type(client)()
    assert "dimanche" not in other.get(address).content.decode()
    made = Contribution.objects.get()
    act = reverse("events:contribution", args=[sequence.pk, made.pk])
    assert other.post(act, {"state": "shown"}).status_code == 404
    assert client.post(act, {"state": "shown"}).status_code == 403
    other.force_login(owner)
    assert "Montrer à tous" in other.get(address).content.decode()
    assert other.post(act, {"state": "shown"}).status_code == 302
    assert other.post(act, {"state": "inconnu"}, follow=True).status_code == 200
    assert "dimanche" in type(client)().get(reverse("events:live", args=[sequence.pk])).content.decode()
    assert client.post(act, {"take_back": "1"}).status_code == 302
    assert not Contribution.objects.exists()
    assert client.post(act, {"take_back": "1"}).status_code == 404


def test_a_refused_contribution_comes_back_filled(client, settings):
    settings.HONEYPOT_SECONDS = 0
    sequence = over()
    address = reverse("events:contribute", args=[sequence.pk])
    for data in (sent(), sent(kind="poème"), sent(site_internet="robot")):
        answer = client.post(address, data)
        assert answer.status_code == 422
        assert "Et le dimanche ?" in answer.content.decode()
    assert not Contribution.objects.exists()


def test_the_page_says_when_one_may_write(client):
    early = Sequence.objects.get(event=webinar(slug="bientot"))
    assert "les sept jours qui suivent" in client.get(reverse("events:contribute", args=[early.pk])).content.decode()
    late = Sequence.objects.get(event=webinar(slug="vieux", starts_at=timezone.now() - timedelta(days=9)))
    assert "sont passés" in client.get(reverse("events:contribute", args=[late.pk])).content.decode()


def test_animators_see_where_contributions_wait(client):
    sequence = over(title="Un beau sujet")
    write(sequence, registered(sequence))
    address = reverse("events:contributions")
    assert client.get(address).status_code == 302
    client.force_login(MemberFactory())
    assert client.get(address).status_code == 403
    client.force_login(MemberFactory(role=Roles.ANIMATOR))
    assert "Un beau sujet" in client.get(address).content.decode()
    assert queries.waiting().count() == 1


def test_the_door_in_the_pages_of_others_says_where_one_is():
    assert live_door(None) == {}
    assert live_door(SequenceFactory(kind="break")) == {}
    assert live_door(Sequence.objects.select_related("event").get(event=webinar()))["state"] == "before"
    found = live_door(over(slug="fini"), "jeton")
    assert (found["state"], found["takes_contributions"], found["query"]) == ("over", True, "?inscription=jeton")
    assert AttendeeFactory().contributions.count() == 0
