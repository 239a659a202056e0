"""Writing a programme: hours, ranks, what is refused, two windows at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventState, ItemKind, Part, SeatState, SequenceKind, Standing, StewardRole
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Speaker, Steward, Temps, Word
from alliage.events.services import contents, programme, speakers
from alliage.events.services import temps as temps_services
from alliage.events.services.contents import ItemSaid, PartnerSaid
from alliage.events.services.programme import ChangedMeanwhile, ProgrammeRefused, SequenceSaid
from alliage.events.services.speakers import SpeakerSaid
from alliage.events.services.temps import TempsSaid
from alliage.events.tests.factories import (
    NOW,
    SOON,
    ItemFactory,
    SequenceFactory,
    SpeakerFactory,
    rencontre,
    seated,
    webinar,
)
from alliage.library.tests.factories import published
from alliage.rooms.tests.factories import prepared

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def day() -> Event:
    return rencontre()


@pytest.fixture
def said() -> dict[str, object]:
    return {"by": MemberFactory(), "now": NOW}


def of(day: Event, rank: int) -> Sequence:
    return Sequence.objects.get(event=day, rank=rank)


def as_said(row: Sequence, **changed: object) -> SequenceSaid:
    names = SequenceSaid.__dataclass_fields__.keys() - {"levers"}
    return SequenceSaid(**{name: getattr(row, name) for name in names} | changed)


def ranks(rows: object) -> list[int]:
    return list(rows.order_by("rank").values_list("rank", flat=True))


# --- Temps ---------------------------------------------------------------------------------------------------------


def test_temps_are_added_changed_and_moved(day, said):
    added = temps_services.add_temps(day, TempsSaid("  Après-midi ", SOON + 5 * HOUR, SOON + 8 * HOUR), **said)
    assert (added.rank, added.title) == (2, "Après-midi")
    temps_services.move_temps(added, -1, **said)
    assert day.temps.earliest("rank").title == "Après-midi"
    temps_services.move_temps(Temps.objects.get(pk=added.pk), -1, **said)
    temps_services.move_temps(Temps.objects.get(pk=added.pk), 1, **said)
    assert Temps.objects.get(pk=added.pk).rank == 2
    changed = temps_services.change_temps(added, TempsSaid("Soir", SOON, SOON + HOUR, announced="3 séquences"), **said)
    assert (changed.title, changed.announced) == ("Soir", "3 séquences")


def test_a_temps_has_a_title_and_lasts(day, said):
    with pytest.raises(ProgrammeRefused, match="titre"):
        temps_services.add_temps(day, TempsSaid(" ", SOON, SOON + HOUR), **said)
    with pytest.raises(ProgrammeRefused, match="cinq minutes"):
        temps_services.add_temps(day, TempsSaid("Temps", SOON, SOON), **said)
    with pytest.raises(ProgrammeRefused, match="plus d’un jour"):
        temps_services.add_temps(day, TempsSaid("Temps", SOON, SOON + 25 * HOUR), **said)
    far = SOON.replace(year=9998)
    with pytest.raises(ProgrammeRefused, match="vérifiez l’année"):
        temps_services.add_temps(day, TempsSaid("Temps", far, far + HOUR), **said)


def test_a_temps_taken_away_leaves_its_sequences_and_no_hole(day, said):
    first = day.temps.get()
    temps_services.add_temps(day, TempsSaid("Suite", SOON, SOON + HOUR), **said)
    temps_services.remove_temps(first, **said)
    temps_services.remove_temps(first, **said)
    assert ranks(day.temps) == [1]
    assert of(day, 1).temps is None


def test_two_windows_on_one_temps_do_not_undo_each_other(day, said):
    row = day.temps.get()
    seen = programme.mark_of(row)
    temps_services.change_temps(row, TempsSaid("Un", SOON, SOON + HOUR), seen=seen, **said)
    with pytest.raises(ChangedMeanwhile, match="autre a changé"):
        temps_services.change_temps(row, TempsSaid("Deux", SOON, SOON + HOUR), seen=seen, **said)
    assert day.temps.get().title == "Un"


# --- Sequences -----------------------------------------------------------------------------------------------------


def test_a_sequence_is_added_at_the_end_and_calendars_learn_it(day, said):
    made = programme.add_sequence(day, SequenceSaid("Conclusion", SOON + 7 * HOUR, SOON + 8 * HOUR), **said)
    day.refresh_from_db()
    assert (made.rank, day.change, day.changed_at) == (6, 1, NOW)


def test_a_new_hour_is_a_change_for_calendars_a_new_title_is_not(day, said):
    row = programme.change_sequence(of(day, 1), as_said(of(day, 1), title="Autrement"), **said)
    assert (row.title, row.change) == ("Autrement", 0)
    row = programme.change_sequence(row, as_said(row, track="Salle bleue"), **said)
    assert row.change == 1
    row = programme.change_sequence(row, as_said(row, ends_at=row.ends_at + HOUR), **said)
    day.refresh_from_db()
    assert (row.change, day.change) == (2, 2)


def test_what_a_sequence_may_not_be(day, said):
    row, other = of(day, 1), SequenceFactory()
    workshop = of(day, 4)
    for wrong, words in (
        (as_said(row, title=" \x00"), "titre"),
        (as_said(row, ends_at=row.starts_at), "cinq minutes"),
        (as_said(row, parent=other), "autre événement"),
        (as_said(row, parent=row), "ne fait elle-même partie"),
        (as_said(row, parent=workshop), "ne fait elle-même partie"),
        (as_said(row, mirror_of=row), "miroir"),
    ):
        with pytest.raises(ProgrammeRefused, match=words):
            programme.change_sequence(row, wrong, **said)
    with pytest.raises(ProgrammeRefused, match="réunit des ateliers"):
        programme.change_sequence(of(day, 3), as_said(of(day, 3), parent=row), **said)
    assert of(day, 1).title == row.title


def test_there_are_never_fewer_places_than_people(day, said):
    row = of(day, 1)
    seated(row)
    seated(row)
    with pytest.raises(ProgrammeRefused, match="2 places"):
        programme.change_sequence(row, as_said(row, capacity=1), **said)
    assert programme.change_sequence(row, as_said(row, capacity=2), **said).capacity == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Sequence.objects.filter(pk=row.pk).update(capacity=1)


def test_two_windows_on_one_sequence_do_not_undo_each_other(day, said):
    row = of(day, 1)
    seen = programme.mark_of(row)
    seated(of(day, 1))  # someone registers meanwhile: nothing that the page shows
    programme.change_sequence(row, as_said(row, title="Un"), seen=seen, **said)
    with pytest.raises(ChangedMeanwhile):
        programme.change_sequence(row, as_said(row, title="Deux"), seen=seen, **said)


def test_a_sequence_moves_with_the_workshops_it_gathers(day, said):
    gathering, workshop = of(day, 3), of(day, 4)
    programme.shift_sequence(gathering, 15, **said)
    after = of(day, 4)
    assert after.starts_at - workshop.starts_at == timedelta(minutes=15)
    assert (of(day, 3).change, after.change) == (1, 1)


def test_a_sequence_is_lengthened_and_never_vanishes(day, said):
    row = programme.resize_sequence(of(day, 1), 30, **said)
    assert row.ends_at - row.starts_at == timedelta(minutes=75)
    with pytest.raises(ProgrammeRefused):
        programme.resize_sequence(row, -75, **said)


def test_a_sequence_is_placed_elsewhere_in_the_grid(day, said):
    gathering, workshop, temps = of(day, 3), of(day, 4), day.temps.get()
    where = {"track": " Salle  verte", "temps": temps, "starts_at": gathering.starts_at + HOUR}
    row = programme.place_sequence(gathering, ends_at=gathering.ends_at + HOUR, **where, **said)
    assert (row.track, row.temps) == ("Salle verte", temps)
    assert of(day, 4).starts_at == workshop.starts_at + HOUR
    programme.place_sequence(row, track="", temps=None, starts_at=row.starts_at, ends_at=row.ends_at, **said)
    other = rencontre(slug="autre").temps.get()
    with pytest.raises(ProgrammeRefused, match="autre événement"):
        programme.place_sequence(row, track="", temps=other, starts_at=row.starts_at, ends_at=row.ends_at, **said)


def test_a_sequence_is_cancelled_then_held_after_all(day, said):
    programme.cancel_sequence(of(day, 1), **said)
    programme.cancel_sequence(of(day, 1), **said)
    assert (of(day, 1).is_cancelled, of(day, 1).change) == (True, 1)
    programme.cancel_sequence(of(day, 1), cancelled=False, **said)
    assert not of(day, 1).is_cancelled


def test_a_sequence_with_people_is_never_deleted(day, said):
    seat = seated(of(day, 4))
    for rank in (3, 4):  # the workshop, and what gathers it
        with pytest.raises(ProgrammeRefused, match="inscrites"):
            programme.remove_sequence(of(day, rank), **said)
    seat.state = SeatState.LEFT
    seat.save()
    programme.remove_sequence(of(day, 4), **said)
    assert ranks(day.sequences) == [1, 2, 3, 4]


def test_a_sequence_whose_room_opened_is_not_deleted(day, said):
    room = prepared()
    Sequence.objects.filter(pk=of(day, 1).pk).update(room=room)
    with pytest.raises(ProgrammeRefused, match="salle a déjà ouvert"):
        programme.remove_sequence(of(day, 1), **said)


def test_the_last_sequence_of_a_published_event_stays(said):
    event = webinar()
    with pytest.raises(ProgrammeRefused, match="dernière"):
        programme.remove_sequence(event.sequences.get(), **said)
    Event.objects.filter(pk=event.pk).update(state=EventState.DRAFT)
    gone = event.sequences.get()
    programme.remove_sequence(gone, **said)
    programme.remove_sequence(gone, **said)
    assert not event.sequences.exists()


# --- Contents, partners, stewards --------------------------------------------------------------------------------------


def test_contents_are_added_moved_and_taken_away_without_a_hole(day, said):
    row = of(day, 1)
    first = row.items.get()
    second = contents.add_item(row, ItemSaid(ItemKind.DEBATE, "Débat", minutes=20), **said)
    contents.move_item(second, -1, **said)
    assert [each.kind for each in row.items.order_by("rank")] == [ItemKind.DEBATE, first.kind]
    contents.remove_item(Item.objects.get(pk=second.pk), **said)
    contents.remove_item(second, **said)
    assert ranks(row.items) == [1]


def test_a_content_is_changed_unless_another_window_did(day, said):
    item = of(day, 1).items.get()
    seen = programme.mark_of(item)
    contents.change_item(item, ItemSaid(ItemKind.DEBATE, "Un"), seen=seen, **said)
    with pytest.raises(ChangedMeanwhile):
        contents.change_item(item, ItemSaid(ItemKind.DEBATE, "Deux"), seen=seen, **said)


def test_a_resource_is_shown_in_a_pastille_only(day, said):
    resource = published()
    made = contents.add_item(of(day, 1), ItemSaid(ItemKind.TOOL, resource=resource), **said)
    assert made.resource == resource
    with pytest.raises(ProgrammeRefused, match="pastille"):
        contents.add_item(of(day, 1), ItemSaid(ItemKind.DEBATE, resource=resource), **said)
    with pytest.raises(ProgrammeRefused, match="durée"):
        contents.add_item(of(day, 1), ItemSaid(ItemKind.DEBATE, minutes=0), **said)


def test_partners_stand_beside_the_day_a_temps_or_a_sequence(day, said):
    for target in (day, day.temps.get(), of(day, 1)):
        made = contents.add_partner(target, PartnerSaid("Comité 21"), **said)
        assert contents.event_of(made) == day.pk
        assert contents.add_partner(target, PartnerSaid(" Comité  21"), **said) == made
        contents.remove_partner(Partner.objects.get(pk=made.pk), **said)
        contents.remove_partner(made, **said)
    assert not Partner.objects.exists()
    with pytest.raises(ProgrammeRefused, match="nom du partenaire"):
        contents.add_partner(day, PartnerSaid(" "), **said)


def test_a_member_holds_a_sequence_once_for_each_role(day, said):
    member = MemberFactory()
    one = contents.add_steward(of(day, 1), member, StewardRole.MODERATOR, **said)
    assert contents.add_steward(of(day, 1), member, StewardRole.MODERATOR, **said) == one
    contents.remove_steward(one, **said)
    contents.remove_steward(one, **said)
    assert not Steward.objects.exists()
    with pytest.raises(ProgrammeRefused, match="fermé"):
        contents.add_steward(of(day, 1), MemberFactory(is_active=False), StewardRole.MODERATOR, **said)


# --- Speakers ------------------------------------------------------------------------------------------------------


def test_a_speaker_is_added_changed_and_taken_away(day, said):
    speaker = speakers.add_speaker(day, SpeakerSaid(" Awa  Diallo ", "maire"), **said)
    assert speaker.name == "Awa Diallo"
    seen = programme.mark_of(speaker)
    speakers.change_speaker(speaker, SpeakerSaid("Awa Diallo", email="awa@exemple.fr"), seen=seen, **said)
    with pytest.raises(ChangedMeanwhile):
        speakers.change_speaker(speaker, SpeakerSaid("Autre"), seen=seen, **said)
    with pytest.raises(ProgrammeRefused, match="nom"):
        speakers.add_speaker(day, SpeakerSaid(""), **said)
    speakers.remove_speaker(speaker, **said)
    speakers.remove_speaker(speaker, **said)
    assert not Speaker.objects.exists()


def test_a_speaker_appears_once_for_each_part(day, said):
    item, speaker = of(day, 1).items.get(), SpeakerFactory(event=day)
    one = speakers.add_appearance(item, speaker, **said)
    assert speakers.add_appearance(item, speaker, **said) == one
    other = speakers.add_appearance(item, speaker, part=Part.LEADS, standing=Standing.CONFIRMED, **said)
    assert (one.standing, other.standing, other.rank) == (Standing.EXPECTED, Standing.CONFIRMED, 2)
    speakers.set_standing(one, Standing.CONFIRMED, **said)
    assert Appearance.objects.filter(standing=Standing.CONFIRMED).count() == 2
    speakers.remove_appearance(one, **said)
    speakers.remove_appearance(one, **said)
    assert Appearance.objects.get() == other
    with pytest.raises(ProgrammeRefused, match="autre événement"):
        speakers.add_appearance(ItemFactory(), speaker, **said)


def test_kinds_of_sequences_are_known(day):
    with pytest.raises(IntegrityError), transaction.atomic():
        Sequence.objects.filter(event=day).update(kind="autre")
    assert of(day, 3).kind == SequenceKind.WORKSHOPS


def test_a_draft_moves_without_a_word_to_anybody(day, said):
    Event.objects.filter(pk=day.pk).update(state=EventState.DRAFT)
    seated(of(day, 1))
    programme.shift_sequence(of(day, 1), 15, **said)
    assert not Word.objects.exists()
