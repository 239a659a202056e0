"""The organiser's list: people found, added, moved, seated first; capacities; letters; exports."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventState, SeatState, WordKind
from alliage.events.models import Attendee, AttendeeMail, Seat, Sequence, Word
from alliage.events.queries import attendees as queries
from alliage.events.services import attendee_mails, organising_seats, programme, registrations
from alliage.events.services.registrations import RegistrationRefused, Said
from alliage.events.services.seats import SeatRefused
from alliage.events.tests.factories import NOW, AttendeeFactory, rencontre, seated, webinar
from alliage.notifications.models import Notification, OutgoingMail
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return MemberFactory(name="Organisatrice")


@pytest.fixture
def day(owner):
    return rencontre(owner=owner)


@pytest.fixture
def organiser(client, owner):
    client.force_login(owner)
    return client


def first_of(event) -> Sequence:
    return event.sequences.earliest("rank")


def waiting(sequence: Sequence, **said) -> Seat:
    attendee = AttendeeFactory(event=sequence.event, **said)
    (seat,) = registrations.ask(attendee, [sequence.pk], now=NOW)
    assert seat.state == SeatState.WAITING
    return seat


def full(event, size=1) -> Sequence:
    sequence = first_of(event)
    sequence.capacity = size
    sequence.save()
    for _rank in range(size):
        seated(sequence)
    return sequence


def act(client, event, name, said, **more):
    return client.post(reverse(f"events:{name}", args=[event.slug, *more.values()]), said, follow=True)


def test_who_does_not_organise_reads_nothing(client, day):
    seat = seated(first_of(day))
    addresses = [
        reverse("events:attendees", args=[day.slug]),
        reverse("events:attendees_export", args=[day.slug, "csv"]),
        reverse("events:attendee", args=[day.slug, seat.attendee_id]),
        reverse("events:attendee_add", args=[day.slug]),
        reverse("events:attendees_write", args=[day.slug]),
    ]
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(MemberFactory())
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(reverse("events:attendees_capacity", args=[day.slug])).status_code == 403
    day.state = EventState.DRAFT
    day.save()
    assert {client.get(address).status_code for address in addresses} == {404}


def test_people_are_counted_by_sequence_and_found_by_their_words(organiser, day):
    sequence = full(day)
    waiting(sequence, name="Zoé Attend", organisation="Le Relais")
    seated(day.sequences.get(rank=2), name="Noé Assis", confirmed_at=None)
    page = organiser.get(reverse("events:attendees", args=[day.slug])).text
    assert "1 en attente" in page
    assert "3 personnes" in page
    for query, names in {
        "q=relais": ["Zoé Attend"],
        "qui=waiting": ["Zoé Attend"],
        f"sequence={sequence.pk}&qui=waiting": ["Zoé Attend"],
        "a-confirmer=1": ["Noé Assis"],
        f"sequence={day.sequences.get(rank=2).pk}": ["Noé Assis"],
        "sequence=abc&qui=xyz&q=no%C3%A9": ["Noé Assis"],
    }.items():
        found = organiser.get(f"{reverse('events:attendees', args=[day.slug])}?{query}")
        assert [each.name for each in found.context["page"]] == names, query


def test_figures_by_profile_and_territory(day):
    term = Term.objects.filter(vocabulary="categories").first() or TermFactory(vocabulary="categories")
    place = TerritoryFactory()
    AttendeeFactory(event=day, profile=term, territory=place)
    AttendeeFactory(event=day, profile=term)
    AttendeeFactory(event=day)
    assert queries.by_profile(day) == [(term.label, 2), ("", 1)]
    assert [(found and found.pk, count) for found, count in queries.by_territory(day)] == [(place.pk, 1), (None, 2)]
    assert (
        list(queries.people(day, queries.Filters(profile=term.code)).values_list("profile", flat=True)) == [term.pk] * 2
    )


def test_another_capacity_moves_the_line_up(organiser, day):
    sequence = full(day)
    first, second = waiting(sequence), waiting(sequence)
    told = act(organiser, day, "attendees_capacity", {"sequence": sequence.pk, "capacity": "2"}).text
    assert "1 personne qui attendait a une place" in told
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (SeatState.SEATED, SeatState.WAITING)
    assert "donnez au moins autant de places" in act(
        organiser, day, "attendees_capacity", {"sequence": sequence.pk, "capacity": "1"}
    ).text  # fmt: skip
    act(organiser, day, "attendees_capacity", {"sequence": sequence.pk, "capacity": ""})
    sequence.refresh_from_db()
    assert (sequence.capacity, sequence.seat_count) == (None, 3)
    assert "nombre de places" in act(
        organiser, day, "attendees_capacity", {"sequence": sequence.pk, "capacity": "beaucoup"}
    ).text  # fmt: skip


def test_someone_is_added_by_hand_even_before_the_opening(organiser, day):
    day.registration_opens_at = day.starts_at
    day.save()
    sequence = first_of(day)
    said = {"name": "Léa", "email": "Lea@exemple.fr", "sequences": [sequence.pk]}
    assert "un courriel le lui dit" in act(organiser, day, "attendee_add", said).text
    attendee = Attendee.objects.get(email="lea@exemple.fr")
    assert attendee.confirmed_at is not None
    act(organiser, day, "attendee_add", {**said, "sequences": [day.sequences.get(rank=2).pk]})
    assert attendee.seats.count() == 2
    assert act(organiser, day, "attendee_add", {**said, "name": ""}).status_code == 422


def test_nobody_is_added_to_what_is_cancelled(organiser, day):
    sequence = first_of(day)
    day.state = EventState.CANCELLED
    day.save()
    answer = act(organiser, day, "attendee_add", {"name": "L", "email": "l@exemple.fr", "sequences": [sequence.pk]})
    assert "annulé" in answer.text
    assert not Attendee.objects.exists()


def test_one_who_waits_is_seated_first_and_a_full_sequence_has_one_seat_more(organiser, day):
    sequence = full(day)
    first, second = waiting(sequence), waiting(sequence)
    act(organiser, day, "attendee", {"act": "first", "sequence": sequence.pk}, pk=second.attendee_id)
    first.refresh_from_db()
    second.refresh_from_db()
    sequence.refresh_from_db()
    assert (first.state, second.state) == (SeatState.WAITING, SeatState.SEATED)
    assert (sequence.capacity, sequence.seat_count) == (2, 2)
    again = act(organiser, day, "attendee", {"act": "first", "sequence": sequence.pk}, pk=second.attendee_id)
    assert "n’attend plus de place" in again.text


def test_seating_one_first_where_there_is_room_adds_no_seat(day):
    sequence = full(day)
    seat = waiting(sequence)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=5)
    organising_seats.seat_first(seat, by=None, now=NOW)
    sequence.refresh_from_db()
    assert (sequence.capacity, sequence.seat_count) == (5, 2)


def test_the_only_sequence_is_chosen_in_the_form_to_add_someone(organiser, owner):
    event = webinar(owner=owner)
    page = organiser.get(reverse("events:attendee_add", args=[event.slug]))
    assert page.context["form"].initial["sequences"] == [str(first_of(event).pk)]


def test_someone_is_moved_taken_out_removed_erased(organiser, day):
    first, second = first_of(day), day.sequences.get(rank=2)
    seat = seated(first)
    person = seat.attendee_id
    act(organiser, day, "attendee", {"act": "move", "sequence": first.pk, "to": second.pk}, pk=person)
    held = Seat.objects.filter(attendee=person, state=SeatState.SEATED)
    assert held.get().sequence == second
    first.refresh_from_db()
    assert first.seat_count == 0
    same = act(organiser, day, "attendee", {"act": "move", "sequence": second.pk, "to": second.pk}, pk=person)
    assert "déjà dans cette séquence" in same.text
    act(organiser, day, "attendee", {"act": "out", "sequence": second.pk}, pk=person)
    assert not held.exists()
    assert act(organiser, day, "attendee", {"act": "out", "sequence": "x"}, pk=person).status_code == 404
    registrations.ask(Attendee(pk=person), [first.pk, second.pk], now=NOW)
    act(organiser, day, "attendee", {"act": "remove"}, pk=person)
    assert not held.exists()
    assert Word.objects.filter(attendee=person, kind=WordKind.CHANGED).count() == 3
    organiser.post(reverse("events:attendee", args=[day.slug, person]), {"act": "rien"})
    act(organiser, day, "attendee", {"act": "erase"}, pk=person)
    assert not Attendee.objects.filter(pk=person).exists()
    assert organiser.get(reverse("events:attendee", args=[day.slug, person])).status_code == 404


def test_the_page_of_someone_says_their_answers(organiser, owner):
    event = webinar(owner=owner, questions=[
        {"code": "repas", "kind": "one", "title": "Déjeunez-vous ?",
         "options": [{"code": "oui", "title": "Oui, merci"}, {"code": "non", "title": "Non"}]},
    ])  # fmt: skip
    seat = seated(first_of(event), answers={"repas": "oui"}, territory=TerritoryFactory())
    page = organiser.get(reverse("events:attendee", args=[event.slug, seat.attendee_id])).text
    assert "Oui, merci" in page


def test_exports_hold_everyone_and_no_formula(organiser, day):
    sequence = full(day)
    waiting(sequence, name="=cmd()", organisation="Le Relais")
    address = reverse("events:attendees_export", args=[day.slug, "csv"])
    read = b"".join(organiser.get(address)).decode()
    assert "'=cmd()" in read
    assert "liste d’attente (1)" in read
    assert len(b"".join(organiser.get(f"{address}?qui=waiting")).decode().splitlines()) == 2
    sheet = organiser.get(reverse("events:attendees_export", args=[day.slug, "xlsx"]))
    assert b"".join(sheet).startswith(b"PK")


def test_answers_of_every_shape_are_said_in_words():
    from alliage.questionnaires.questions import read_one

    options = [{"code": "a", "title": "Avec"}, {"code": "b", "title": "Sans"}]
    one = read_one({"code": "q", "kind": "one", "title": "Q", "options": options, "may_not_know": True})
    matrix = read_one(
        {"code": "m", "kind": "matrix", "title": "M", "options": options, "rows": [{"code": "r", "title": "Rang"}]}
    )
    number = read_one({"code": "n", "kind": "number", "title": "N"})
    assert queries.answered(one, None) == ""
    assert queries.answered(one, "?") == "ne sait pas"
    assert queries.answered(one, "a") == "Avec"
    assert queries.answered(one, ["a", "b"]) == "Avec, Sans"
    assert queries.answered(matrix, {"r": "b"}) == "Rang : Sans"
    assert queries.answered(number, 3) == "3"


# --- Letters -------------------------------------------------------------------------------------------------------


def letter(event, **said):
    told = {"audience": "all", "sequence": None, "subject": "Bonjour", "text": "À demain.", "sent_key": "k", "by": None}
    return attendee_mails.write(event, **{**told, **said}, now=timezone.now())


def test_a_letter_goes_to_each_once_through_the_outbox(day, django_capture_on_commit_callbacks):
    sequence = full(day)
    member = MemberFactory()
    waiting(sequence, name="Zoé", email="zoe@exemple.fr", member=member)
    seated(day.sequences.get(rank=2), confirmed_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        row = letter(day)
        assert letter(day) == row
    assert AttendeeMail.objects.count() == 1
    assert row.people == 2
    attendee_mails.send(row.pk, now=timezone.now())
    assert OutgoingMail.objects.filter(key__contains="letter").count() == 1
    assert Notification.objects.get(person=member).title == "Bonjour"
    assert attendee_mails.send(0, now=timezone.now()) == 0


def test_a_letter_says_something_to_somebody(day):
    sequence = full(day)
    with pytest.raises(RegistrationRefused, match="objet"):
        letter(day, text=" ")
    with pytest.raises(RegistrationRefused, match="Personne"):
        letter(day, audience="waiting", sequence=sequence)


def test_the_page_of_letters(organiser, day):
    sequence = full(day)
    address = reverse("events:attendees_write", args=[day.slug])
    form = organiser.get(address).context["form"]
    said = {
        "audience": "seated",
        "sequence": sequence.pk,
        "subject": "Bonjour",
        "text": "À demain.",
        "sent": form["sent"].value(),
    }
    assert "part à 1 personne" in organiser.post(address, said, follow=True).text
    refused = organiser.post(address, {**said, "audience": "waiting", "sent": "autre"})
    assert refused.status_code == 422
    assert "À demain." in refused.text


# --- Refusals of services ------------------------------------------------------------------------------------------


def test_what_is_gone_is_refused_in_words(day):
    with pytest.raises(RegistrationRefused):
        organising_seats.set_capacity(Sequence(pk=0), 3, by=None, now=NOW)
    with pytest.raises(RegistrationRefused):
        registrations.ask(Attendee(pk=0), [first_of(day).pk], now=NOW)
    with pytest.raises(SeatRefused):
        organising_seats.add(day, Said("a@exemple.fr", "A", sequences=frozenset({0})), by=None, now=NOW)


def test_more_seats_and_other_hours_written_in_the_grid_reach_those_who_wait(day):
    sequence = full(day)
    seat = waiting(sequence)
    programme.change_sequence(
        sequence,
        programme.SequenceSaid(
            title="Autre titre",
            starts_at=sequence.starts_at,
            ends_at=sequence.ends_at + timedelta(minutes=5),
            capacity=2,
        ),
        by=None,
        now=NOW,
    )
    seat.refresh_from_db()
    assert seat.state == SeatState.SEATED
    assert set(seat.attendee.words.values_list("kind", flat=True)) == {WordKind.PROMOTED, WordKind.MOVED}


def test_taking_out_or_removing_who_holds_nothing_tells_nothing(day):
    attendee = AttendeeFactory(event=day)
    seat = Seat.objects.create(attendee=attendee, sequence=first_of(day), state=SeatState.LEFT)
    organising_seats.take_out(seat, by=None, now=NOW)
    organising_seats.remove(attendee, by=None, now=NOW)
    assert not Word.objects.exists()


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_asks_the_same_whatever_the_number(organiser, day, django_assert_max_num_queries, rows):
    for _rank in range(rows):
        seated(day.sequences.get(rank=2))
    address = reverse("events:attendees", args=[day.slug])
    organiser.get(address)
    with django_assert_max_num_queries(12):
        organiser.get(address)
