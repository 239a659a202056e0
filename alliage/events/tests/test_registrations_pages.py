"""Registering on a phone without an account, one's own registration, « mon programme », their calendars."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_links as links
from alliage.events.enums import EventState, SeatState
from alliage.events.models import Attendee, Seat, Sequence, Star
from alliage.events.services import attendees as life
from alliage.events.services import words
from alliage.events.tests.factories import NOW, SOON, AttendeeFactory, rencontre, seated, webinar
from alliage.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db


def said(*sequences: Sequence, **more):
    return {
        "name": "Awa Diallo",
        "email": "awa@exemple.fr",
        "organisation": "Le Relais",
        "time_zone": "",
        "sequences": [str(each.pk) for each in sequences],
        **more,
    }


def sequences_of(event):
    return list(event.sequences.order_by("rank"))


def my_page(event, email="awa@exemple.fr"):
    return links.path_of(Attendee.objects.get(event=event, email=email))


def test_without_an_account_a_form_then_a_mail_whose_link_confirms(client):
    event = rencontre()
    first, second, *_others = sequences_of(event)
    page = client.get(reverse("events:register", args=[event.slug]))
    assert page.status_code == 200
    assert "100 places restantes" in page.text
    answer = client.post(reverse("events:register", args=[event.slug]), said(first, second))
    assert answer.status_code == 302
    assert "Un courriel vous attend" in client.get(answer.url).text
    attendee = Attendee.objects.get(event=event)
    assert attendee.confirmed_at is None
    assert {seat.state for seat in attendee.seats.all()} == {SeatState.SEATED}
    words.tell(timezone.now())
    assert "Confirmez votre inscription" in OutgoingMail.objects.get().subject
    mine = client.get(links.path_of(attendee))
    assert "Votre inscription est confirmée" in mine.text
    assert mine.text.count("place réservée") == 2
    assert mine["Referrer-Policy"] == "same-origin"
    attendee.refresh_from_db()
    assert attendee.confirmed_at is not None


def test_a_stranger_who_types_an_address_learns_and_changes_nothing(client):
    event = webinar()
    (sequence,) = sequences_of(event)
    seated(sequence, email="awa@exemple.fr", name="Awa Diallo")
    answer = client.post(reverse("events:register", args=[event.slug]), said(sequence, name="Quelqu’un"))
    new = client.post(reverse("events:register", args=[event.slug]), said(sequence, email="autre@exemple.fr"))
    assert (answer.status_code, answer.url) == (new.status_code, new.url)
    assert Attendee.objects.get(email="awa@exemple.fr").name == "Awa Diallo"
    words.tell(timezone.now())
    sent = {each.to: each.subject for each in OutgoingMail.objects.all()}
    assert "déjà inscrit" in sent["awa@exemple.fr"]
    assert "Confirmez" in sent["autre@exemple.fr"]


def test_a_refused_form_comes_back_filled_with_its_errors(client):
    event = rencontre()
    answer = client.post(reverse("events:register", args=[event.slug]), said(email="pas une adresse"))
    assert answer.status_code == 422
    assert "Awa Diallo" in answer.text
    assert "Choisissez au moins une séquence." in answer.text
    assert not Attendee.objects.exists()


def test_the_questions_of_the_organisation_are_asked_and_kept(client):
    event = webinar(questions=[
        {"code": "repas", "kind": "one", "title": "Déjeunez-vous ?", "required": True,
         "options": [{"code": "oui", "title": "Oui"}, {"code": "non", "title": "Non"}]},
    ])  # fmt: skip
    (sequence,) = sequences_of(event)
    address = reverse("events:register", args=[event.slug])
    assert "Déjeunez-vous" in client.get(address).text
    refused = client.post(address, said(sequence))
    assert refused.status_code == 422
    assert "Cette question attend une réponse." in refused.text
    assert client.post(address, said(sequence, **{"q.repas": "non"})).status_code == 302
    assert Attendee.objects.get().answers == {"repas": "non"}


def test_a_list_of_questions_that_is_not_right_asks_nothing(client):
    event = webinar(questions=[{"kind": "inconnue"}])
    (sequence,) = sequences_of(event)
    assert client.post(reverse("events:register", args=[event.slug]), said(sequence)).status_code == 302


def test_a_robot_is_told_and_nothing_is_written(client):
    event = webinar()
    (sequence,) = sequences_of(event)
    answer = client.post(reverse("events:register", args=[event.slug]), said(sequence, site_internet="http://x"))
    assert answer.status_code == 422
    assert not Attendee.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": EventState.CANCELLED}, "annulé"),
        ({"is_open": True}, "sans inscription"),
        ({"registration_opens_at": SOON - timedelta(days=1)}, "ne sont pas encore ouvertes"),
        ({"registration_closes_at": NOW}, "sont closes"),
        ({"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}, "est passé"),
    ],
)
def test_a_page_that_takes_no_registration_says_why(client, change, why):
    event = webinar(**change)
    (sequence,) = sequences_of(event)
    address = reverse("events:register", args=[event.slug])
    assert why in client.get(address).text
    client.post(address, said(sequence))
    assert not Attendee.objects.exists()


def test_what_is_not_public_does_not_exist(client):
    event = webinar(state=EventState.DRAFT)
    for name in ("register", "registered", "attendees"):
        assert client.get(reverse(f"events:{name}", args=[event.slug])).status_code in (302, 404)
    assert client.get(reverse("events:registration", args=["inconnu"])).status_code == 404
    assert client.get(reverse("events:registration_ics", args=["inconnu"])).status_code == 404


def test_a_member_registers_with_their_account_and_comes_back_to_their_registration(client):
    event, member = webinar(), MemberFactory(name="Awa")
    (sequence,) = sequences_of(event)
    client.force_login(member)
    address = reverse("events:register", args=[event.slug])
    assert "Awa" in client.get(address).text
    answer = client.post(address, said(sequence, email=""), follow=True)
    assert "place réservée" in answer.text
    attendee = Attendee.objects.get()
    assert (attendee.member, attendee.email) == (member, member.email)
    assert client.get(address).url == links.path_of(attendee)


def test_one_changes_one_s_mind_in_one_act_and_gives_one_seat_back(client):
    event = rencontre()
    first, second, _gathering, workshop, _other = sequences_of(event)
    client.post(reverse("events:register", args=[event.slug]), said(first, second))
    page = my_page(event)
    answer = client.post(page, said(second, workshop, act="rewrite", name="Awa D."), follow=True)
    assert "C’est enregistré." in answer.text
    attendee = Attendee.objects.get()
    assert attendee.name == "Awa D."
    held = Seat.objects.filter(attendee=attendee, state=SeatState.SEATED)
    assert set(held.values_list("sequence", flat=True)) == {second.pk, workshop.pk}
    client.post(page, {"act": "give_up", "sequence": second.pk})
    assert held.get().sequence == workshop
    client.post(page, {"act": "give_up", "sequence": "x"})
    refused = client.post(page, said(name="", act="rewrite"))
    assert refused.status_code == 422
    assert held.count() == 1


def test_a_full_sequence_gives_a_rank_and_two_at_the_same_time_are_told(client):
    event = rencontre()
    *_others, one, two = sequences_of(event)
    Sequence.objects.filter(pk=one.pk).update(capacity=1)
    one.refresh_from_db()
    seated(one)
    page = client.get(reverse("events:register", args=[event.slug]))
    assert "liste d’attente" in page.text
    assert "En même temps" in page.text
    client.post(reverse("events:register", args=[event.slug]), said(one, two))
    mine = client.get(my_page(event)).text
    assert "rang 1" in mine
    assert "se chevauchent" in mine


def test_everything_may_be_erased_by_the_link(client):
    event = webinar()
    (sequence,) = sequences_of(event)
    client.post(reverse("events:register", args=[event.slug]), said(sequence))
    page = my_page(event)
    client.post(page, {"act": "erase"})
    assert not Attendee.objects.exists()
    sequence.refresh_from_db()
    assert sequence.seat_count == 0
    assert client.get(page).status_code == 404


def test_after_the_closing_one_only_gives_back(client):
    event = rencontre()
    first, second, *_others = sequences_of(event)
    client.post(reverse("events:register", args=[event.slug]), said(first))
    event.registration_closes_at = timezone.now()
    event.save()
    page = my_page(event)
    assert "Vous pouvez encore rendre vos places." in client.get(page).text
    assert client.post(page, said(first, second, act="rewrite")).status_code == 422
    assert client.post(page, said(act="rewrite")).status_code == 302
    assert not Seat.objects.filter(state=SeatState.SEATED).exists()


def test_one_s_calendar_holds_one_s_seats_and_the_link_by_which_one_joins(client):
    event = webinar(join_url="https://visio.exemple.fr/salle")
    (sequence,) = sequences_of(event)
    client.post(reverse("events:register", args=[event.slug]), said(sequence))
    attendee = Attendee.objects.get()
    read = client.get(links.calendar_path_of(attendee))
    assert read["Content-Type"].startswith("text/calendar")
    assert b"https://visio.exemple.fr/salle" in read.content.replace(b"\r\n ", b"")
    Seat.objects.update(state=SeatState.WAITING, number=1)
    waiting = client.get(links.calendar_path_of(attendee)).content.replace(b"\r\n ", b"")
    assert b"visio.exemple.fr" not in waiting
    assert b"En attente" in waiting


# --- « Mon programme » ---------------------------------------------------------------------------------------------


def test_stars_work_logged_out_and_join_the_account(client):
    event = rencontre()
    first, second, *_others = sequences_of(event)
    for each in (first, second):
        client.post(reverse("events:star", args=[each.pk]), {"next": "/mon-programme/"})
    client.post(reverse("events:star", args=[second.pk]), {"act": "unstar"})
    page = client.get(reverse("events:my_programme")).text
    assert first.title in page
    assert second.title not in page
    member = MemberFactory()
    client.force_login(member)
    assert first.title in client.get(reverse("events:my_programme")).text
    assert Star.objects.get().member == member
    client.post(reverse("events:star", args=[first.pk]), {"act": "unstar", "next": "https://ailleurs.exemple"})
    assert not Star.objects.exists()
    client.post(reverse("events:star", args=[first.pk]), {})
    client.post(reverse("events:star", args=[first.pk]), {})
    assert Star.objects.count() == 1


def test_my_programme_holds_registrations_that_this_browser_opened(client):
    event = webinar()
    (sequence,) = sequences_of(event)
    client.post(reverse("events:register", args=[event.slug]), said(sequence))
    assert sequence.title not in client.get(reverse("events:my_programme")).text
    client.get(my_page(event))
    assert sequence.title in client.get(reverse("events:my_programme")).text


def test_a_secret_link_follows_the_programme_until_it_is_withdrawn(client):
    event, member = webinar(join_url="https://visio.exemple.fr/salle"), MemberFactory(time_zone="Indian/Reunion")
    (sequence,) = sequences_of(event)
    client.force_login(member)
    client.post(reverse("events:register", args=[event.slug]), said(sequence, email=""))
    client.post(reverse("events:my_programme_link"), {"act": "make"})
    address = links.feed_url(member.programme_link)
    assert address in client.get(reverse("events:my_programme")).text
    client.logout()
    read = client.get(address).content.replace(b"\r\n ", b"")
    assert b"visio.exemple.fr" in read
    assert b"Indian/Reunion" in read
    client.force_login(member)
    client.post(reverse("events:my_programme_link"), {"act": "revoke"})
    assert client.get(address).status_code == 404


def test_a_sequence_of_a_draft_cannot_be_starred_by_a_stranger(client):
    event = webinar(state=EventState.DRAFT)
    assert client.post(reverse("events:star", args=[sequences_of(event)[0].pk])).status_code == 404


def test_a_registration_made_by_mail_joins_the_account_opened_later():
    event, member = webinar(), MemberFactory(email="awa@exemple.fr")
    attendee = AttendeeFactory(event=event, email="Awa@exemple.fr", confirmed_at=None)
    assert life.join(member, now=NOW) == 1
    attendee.refresh_from_db()
    assert (attendee.member, attendee.confirmed_at) == (member, NOW)
    assert life.join(member, now=NOW) == 0


@pytest.mark.parametrize("rows", [10, 60])
def test_the_page_of_a_registration_asks_the_same_whatever_the_line(client, django_assert_max_num_queries, rows):
    event = webinar()
    (sequence,) = sequences_of(event)
    for _rank in range(rows):
        seated(sequence)
    address = reverse("events:register", args=[event.slug])
    client.get(address)
    with django_assert_max_num_queries(6):
        client.get(address)
    client.post(address, said(sequence))
    page = my_page(event)
    client.get(page)
    with django_assert_max_num_queries(6):
        client.get(page)


# --- The door in the pages of others -------------------------------------------------------------------------------


def test_the_page_of_an_event_says_what_one_holds_and_keeps_it_in_one_s_programme(client):
    event = webinar()
    (sequence,) = sequences_of(event)
    page = event.get_absolute_url()
    assert reverse("events:register", args=[event.slug]) in client.get(page).text
    client.post(reverse("events:star", args=[sequence.pk]))
    assert "Retirer de mon programme" in client.get(page).text
    client.post(reverse("events:register", args=[event.slug]), said(sequence))
    client.get(my_page(event))
    assert "Vous avez une place." in client.get(page).text
    Seat.objects.update(state=SeatState.WAITING, number=1)
    assert "liste d’attente" in client.get(page).text
    Seat.objects.update(state=SeatState.LEFT, number=None)
    assert "sans place dans cette séquence" in client.get(page).text


def test_the_page_of_a_rencontre_counts_what_a_member_holds(client):
    event, member = rencontre(), MemberFactory()
    first, second, *_others = sequences_of(event)
    client.force_login(member)
    client.post(reverse("events:register", args=[event.slug]), said(first, second, email=""))
    assert "2 places réservées." in client.get(event.get_absolute_url()).text
    event.registration_opens_at = SOON - timedelta(days=1)
    event.save()
    client.logout()
    assert "Les inscriptions ouvrent le" in client.get(event.get_absolute_url()).text
    event.registration_opens_at, event.registration_closes_at = None, NOW
    event.save()
    assert "Les inscriptions sont closes." in client.get(event.get_absolute_url()).text
