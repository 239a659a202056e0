"""The programme on one grid: what clashes, where everything stands, one gesture by a plain form."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventState, SequenceKind, Standing, StewardRole
from alliage.events.forms.organising import choice_of
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Speaker, Steward, Temps
from alliage.events.queries import grid as queries
from alliage.events.services.programme import mark_of
from alliage.events.tests.factories import (
    NOW,
    SOON,
    AttendeeFactory,
    ItemFactory,
    SequenceFactory,
    SpeakerFactory,
    TempsFactory,
    rencontre,
    seated,
)
from alliage.library.tests.factories import published

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def owner():
    return MemberFactory()


@pytest.fixture
def day(owner) -> Event:
    return rencontre(owner=owner)


@pytest.fixture
def client(owner) -> MemberClient:
    return signed_in(owner)


def signed_in(member: object) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def of(day: Event, rank: int) -> Sequence:
    return Sequence.objects.get(event=day, rank=rank)


def told(day: Event) -> dict[int, list[str]]:
    found = queries.programme(day)
    ranks = {each.pk: each.rank for each in found.sequences}
    return {ranks[pk]: words for pk, words in queries.clashes(found).items()}


# --- What clashes ------------------------------------------------------------------------------------------------------


def test_workshops_held_side_by_side_clash_with_nothing(day):
    assert told(day) == {}


def test_somebody_in_two_places_at_once_is_shown_on_both(day):
    speaker = SpeakerFactory(event=day, name="100 % Awa")
    for rank in (4, 5):
        Appearance.objects.create(item=ItemFactory(sequence=of(day, rank), rank=1), speaker=speaker)
    found = told(day)
    assert "100 % Awa est aussi attendu" in found[4][0]
    assert "Atelier 2" in found[4][0]
    assert "Atelier 1" in found[5][0]
    Appearance.objects.filter(item__sequence=of(day, 5)).update(standing=Standing.DECLINED)
    assert told(day) == {}


def test_somebody_who_holds_two_sequences_at_once_is_shown(day):
    member = MemberFactory(name="Teva")
    for rank in (4, 5):
        Steward.objects.create(sequence=of(day, rank), member=member, role=StewardRole.FACILITATOR)
    assert "Teva" in told(day)[4][0]


def test_one_room_takes_one_sequence_at_a_time(day):
    Sequence.objects.filter(event=day, rank__in=[4, 5]).update(track="Salle 100 %")
    assert "« Salle 100 % »".replace(" ", "\u00a0") in told(day)[4][0].replace(" ", "\u00a0")
    Sequence.objects.filter(event=day, rank=5).update(track="Autre")
    assert told(day) == {}


def test_two_plenaries_at_once_clash_a_lunch_and_an_exhibition_do_not(day):
    Sequence.objects.filter(event=day, rank=2).update(starts_at=SOON, ends_at=SOON + HOUR)
    assert "sans autre salle" in told(day)[1][0]
    Sequence.objects.filter(event=day, rank=2).update(kind=SequenceKind.BREAK)
    assert told(day) == {}
    Sequence.objects.filter(event=day, rank=2).update(kind=SequenceKind.PLENARY, is_cancelled=True)
    assert told(day) == {}


def test_what_goes_beyond_its_temps_or_what_gathers_it_is_shown(day):
    Sequence.objects.filter(event=day, rank=2).update(ends_at=SOON + 5 * HOUR)
    Sequence.objects.filter(event=day, rank=4).update(ends_at=SOON + 8 * HOUR)
    found = told(day)
    assert "heures annoncées de son temps" in found[2][0]
    assert "qui la réunit" in found[4][0]
    Sequence.objects.filter(event=day, rank=4).update(mirror_of=of(day, 5))  # a mirror is held at another hour
    assert 4 not in told(day)


# --- The table ---------------------------------------------------------------------------------------------------------


def test_every_sequence_is_in_the_column_of_its_track_over_its_hours(day):
    Sequence.objects.filter(event=day, rank=4).update(track="Salle bleue")
    table = queries.table(queries.programme(day))
    assert [(each.track, each.lanes) for each in table.columns] == [("", 2), ("Salle bleue", 1)]
    cells = [cell for row in table.rows for cell in row.cells]
    assert sorted(each.sequence.rank for each in cells if each.sequence) == [1, 2, 3, 4, 5]
    assert [each.temps.title for each in cells if each.temps] == ["Pourquoi faire alliance ?"]
    width = 1 + 3
    covered = sum(cell.span for cell in cells)
    assert covered == width * len(table.rows)  # no hole, nothing twice: the table is drawn right


def test_without_temps_no_column_is_kept_for_them(client, day):
    day.temps.all().delete()
    table = queries.table(queries.programme(day))
    lanes = sum(each.lanes for each in table.columns)
    assert (table.temps_lanes, sum(cell.span for row in table.rows for cell in row.cells)) == (
        0,
        lanes * len(table.rows),
    )
    assert ">Temps</th>" not in client.get(reverse("events:grid", args=[day.slug])).content.decode()


def test_an_empty_programme_has_one_empty_column(owner):
    event = rencontre(slug="vide", owner=owner)
    event.sequences.all().delete()
    event.temps.all().delete()
    table = queries.table(queries.programme(event))
    assert (table.rows, [each.lanes for each in table.columns]) == ([], [1])


def test_a_grid_asks_as_few_questions_for_ten_as_for_a_hundred(client, day):
    counts = []
    for more in (5, 95):
        for rank in range(more):
            SequenceFactory(event=day, rank=day.sequences.count() + 100 + rank, starts_at=SOON + rank * HOUR)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(reverse("events:grid", args=[day.slug]))
        counts.append(len(captured))
    assert page.status_code == 200
    assert counts[0] == counts[1] <= 12


# --- Gestures ----------------------------------------------------------------------------------------------------------


def post(client: MemberClient, event: Event, **said: object):
    return client.post(reverse("events:grid", args=[event.slug]), said)


def test_one_button_moves_a_sequence_and_another_takes_it_back(client, day):
    row = of(day, 1)
    answer = post(client, day, act=f"later:{row.pk}", step="30")
    assert answer["Location"].endswith(f"#s{row.pk}")
    assert of(day, 1).starts_at == row.starts_at + HOUR / 2
    page = client.get(reverse("events:grid", args=[day.slug])).content.decode()
    assert "Défaire" in page
    assert 'value="30" selected' in page
    post(client, day, act="undo")
    assert of(day, 1).starts_at == row.starts_at
    post(client, day, act="undo")
    assert of(day, 1).starts_at == row.starts_at


def test_earlier_longer_shorter_left_and_right(client, day):
    row = of(day, 1)
    Sequence.objects.filter(event=day, rank=4).update(track="Salle bleue")
    for act, change in (("earlier", -1), ("later", 1)):
        post(client, day, act=f"{act}:{row.pk}", step="autre")
        assert of(day, 1).starts_at - row.starts_at == timedelta(minutes=15 if change < 0 else 0) * change
    post(client, day, act=f"longer:{row.pk}", step="5")
    assert of(day, 1).ends_at == row.ends_at + timedelta(minutes=5)
    post(client, day, act=f"shorter:{row.pk}", step="60")
    assert of(day, 1).ends_at == row.ends_at + timedelta(minutes=5)  # refused: it would vanish
    for act, track in (("right", "Salle bleue"), ("right", "Salle bleue"), ("left", ""), ("left", "")):
        post(client, day, act=f"{act}:{row.pk}")
        assert of(day, 1).track == track


def test_what_changed_since_is_not_undone(client, day):
    post(client, day, act=f"later:{of(day, 1).pk}")
    Sequence.objects.filter(pk=of(day, 1).pk).update(title="Autre")
    moved = of(day, 1).starts_at
    post(client, day, act="undo")
    assert of(day, 1).starts_at == moved


def test_an_unknown_gesture_or_sequence_is_not_found(client, day):
    other = rencontre(slug="autre").sequences.get(rank=1)
    for act in (f"later:{other.pk}", "later:zéro", "later", f"fly:{of(day, 1).pk}"):
        assert post(client, day, act=act).status_code == 404


def quick(row: Sequence, **changed: object) -> dict[str, object]:
    start, end = (each.astimezone(row.event.clock) for each in (row.starts_at, row.ends_at))
    said = {"pk": row.pk, "title": row.title, "day": start.date(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    return {**said, "track": row.track, "temps": row.temps_id or "", **changed}


def test_a_sequence_is_changed_in_its_place_and_two_windows_do_not_undo_each_other(client, day):
    page = client.get(reverse("events:grid", args=[day.slug]), {"modifier": of(day, 1).pk})
    seen = page.context["form"]["seen"].value()
    assert post(client, day, **quick(of(day, 1), title="Un", seen=seen)).status_code == 302
    refused = post(client, day, **quick(of(day, 1), title="Deux", seen=seen))
    assert refused.status_code == 422
    assert "Deux" in refused.content.decode()
    assert "autre a changé" in refused.content.decode()
    again = refused.context["form"]["seen"].value()
    assert post(client, day, **quick(of(day, 1), title="Deux", seen=again)).status_code == 302
    assert (of(day, 1).title, of(day, 1).capacity) == ("Deux", 100)
    seen = mark_of(of(day, 1))
    assert post(client, day, **quick(of(day, 1), title="", seen=seen)).status_code == 422
    assert post(client, day, **quick(of(day, 1), end="09:01", seen=seen)).status_code == 422
    assert post(client, day, **quick(of(day, 1), end="08:59", seen=seen)).status_code == 302  # the next day


def test_an_hour_that_no_clock_shows_is_refused(client, day):
    wrong = quick(of(day, 1), day="2035-03-25", start="02:30", end="03:30")
    page = post(client, day, **wrong)
    assert page.status_code == 422
    assert "n’existe pas" in page.content.decode()


# --- Place: by hand, or by a drop that fills the same form -----------------------------------------------------------------


def placed(client: MemberClient, row: Sequence, **said: object):
    given = {"sequence": choice_of(row), "day": "2035-07-03", "start": "10:30", "track": row.track}
    return post(client, row.event, act="place", **given | said)


def test_a_sequence_is_placed_at_another_hour_in_another_room_with_what_it_gathers(client, day):
    Sequence.objects.filter(event=day, rank=2).update(track="Salle bleue")
    seat, gathering, workshop = seated(of(day, 4)), of(day, 3), of(day, 4)
    answer = placed(client, gathering, track="Salle bleue")
    assert answer["Location"].endswith(f"#s{gathering.pk}")
    after = of(day, 3)
    local = after.starts_at.astimezone(day.clock)
    assert (f"{local:%H:%M}", after.track, after.temps) == ("10:30", "Salle bleue", gathering.temps)
    assert after.ends_at - after.starts_at == gathering.ends_at - gathering.starts_at
    assert of(day, 4).starts_at - workshop.starts_at == after.starts_at - gathering.starts_at
    assert seat.attendee.words.filter(kind="moved").count() == 1  # told, as by the other gestures
    post(client, day, act="undo")
    assert (of(day, 3).starts_at, of(day, 3).track) == (gathering.starts_at, "")


def test_what_clashes_once_placed_is_shown_on_the_grid(client, day):
    placed(client, of(day, 2), start="09:00")
    page = client.get(reverse("events:grid", args=[day.slug])).content.decode()
    assert "sans autre salle" in page
    assert page.count(f'data-place="{choice_of(of(day, 2))}"') == 1
    assert 'data-at="2035-07-03T09:00"' in page


def test_a_place_shown_before_another_window_changed_it_is_refused_and_comes_back_filled(client, day):
    row = of(day, 1)
    Sequence.objects.filter(pk=row.pk).update(title="Dit autrement")
    refused = placed(client, row, start="13:00")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "autre a changé" in page
    assert of(day, 1).starts_at == row.starts_at
    assert f'<option value="{choice_of(of(day, 1))}" selected>' in page
    assert 'value="13:00"' in page
    assert placed(client, of(day, 1), start="13:00").status_code == 302
    assert f"{of(day, 1).starts_at.astimezone(day.clock):%H:%M}" == "13:00"


def test_where_it_is_already_nothing_is_written(client, day):
    row = of(day, 1)
    seat = seated(row)
    assert placed(client, row, start=f"{row.starts_at.astimezone(day.clock):%H:%M}").status_code == 302
    assert of(day, 1).change == row.change
    assert not seat.attendee.words.exists()
    assert "Défaire" not in client.get(reverse("events:grid", args=[day.slug])).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"start": ""}, "obligatoire"),
        ({"day": "2035-03-25", "start": "02:30"}, "n’existe pas"),
        ({"track": "Salle inventée"}, "Salle inventée"),
        ({"sequence": "999999:abc"}, "plus au programme"),
        ({"sequence": "zéro"}, "plus au programme"),
    ],
)
def test_a_place_that_does_not_exist_is_refused_in_words(client, day, said, words):
    row = of(day, 1)
    answer = placed(client, row, **said)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert of(day, 1).starts_at == row.starts_at


def test_who_does_not_organise_places_nothing(day):
    row = of(day, 1)
    assert placed(signed_in(MemberFactory()), row).status_code in {403, 404}
    assert of(day, 1).starts_at == row.starts_at


# --- Pages of one temps, one sequence, one content ----------------------------------------------------------------------


def test_a_temps_is_written_moved_and_taken_away(client, day):
    url = reverse("events:temps_edit", args=[day.slug])
    said = {"title": "Soir", "day": "2035-07-03", "start": "18:00", "end": "20:00"}
    assert client.post(url, {"title": ""}).status_code == 422
    assert client.post(url, {**said, "end": "18:01"}).status_code == 422
    assert client.post(url, said).status_code == 302
    made = day.temps.get(title="Soir")
    url = reverse("events:temps_edit", args=[day.slug, made.pk])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, {**said, "title": "Soirée", "seen": seen}).status_code == 302
    refused = client.post(url, {**said, "title": "Nuit", "seen": seen})
    assert refused.status_code == 422
    assert "Nuit" in refused.content.decode()
    for act in ("up", "down"):
        assert client.post(url, {"act": act}).status_code == 302
    assert client.post(url, {"act": "partner", "p-name": ""}).status_code == 422
    client.post(url, {"act": "partner", "p-name": "Comité 21", "p-kind": "partner"})
    client.post(url, {"act": f"partner-off:{Partner.objects.get().pk}"})
    client.post(url, {"act": "partner-off:0"})
    assert not Partner.objects.exists()
    assert client.post(url, {"act": "fly"}).status_code == 404
    assert client.post(url, {"act": "remove"}).status_code == 302
    assert not Temps.objects.filter(pk=made.pk).exists()
    assert client.get(url).status_code == 404


def test_a_sequence_is_added_at_the_hour_of_the_grid(client, day):
    url = reverse("events:sequence_new", args=[day.slug])
    form = client.get(url, {"debut": (SOON + HOUR / 2).isoformat()}).context["form"]
    assert (str(form["start"].value()), form["temps"].value()) == ("09:30:00", day.temps.get().pk)
    for wrong in ("hier", "2035-07-03T09:00", "2035-99-03T09:00:00+02:00"):
        assert client.get(url, {"debut": wrong}).status_code == 200
    said = {"title": "Nouvelle", "kind": "plenary", "day": "2035-07-03", "start": "16:00", "end": "16:30"}
    assert client.post(url, {**said, "title": " "}).status_code == 422
    assert client.post(url, {**said, "end": "16:01"}).status_code == 422
    assert client.post(url, said).status_code == 302
    assert day.sequences.get(title="Nouvelle").rank == 6


def whole(row: Sequence, **changed: object) -> dict[str, object]:
    return {**quick(row), "kind": row.kind, "takes_registrations": "on", **changed}


def test_everything_of_a_sequence_is_written_on_one_page(client, day, owner):
    row = of(day, 2)
    url = reverse("events:sequence_edit", args=[day.slug, row.pk])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, whole(row, title="Autrement", capacity="30", seen=seen)).status_code == 302
    assert client.post(url, whole(row, title="Encore", seen=seen)).status_code == 422
    assert client.post(url, whole(row, start="09:00", end="09:01")).status_code == 422
    assert (of(day, 2).title, of(day, 2).capacity) == ("Autrement", 30)
    assert client.post(url, {"act": "item", "i-kind": "debate", "i-title": "Débat"}).status_code == 302
    item = row.items.get(title="Débat")
    for act in ("item-up", "item-down", "item-off"):
        assert client.post(url, {"act": f"{act}:{item.pk}"}).status_code == 302
        assert client.post(url, {"act": f"{act}:0"}).status_code == 302
    assert not Item.objects.filter(pk=item.pk).exists()
    client.post(url, {"act": "partner", "p-name": "Comité 21", "p-kind": "partner"})
    client.post(url, {"act": f"partner-off:{Partner.objects.get().pk}"})
    assert client.post(url, {"act": "fly"}).status_code == 404
    assert client.get(reverse("events:sequence_edit", args=[day.slug, 999_999])).status_code == 404


def test_a_sequence_is_entrusted_to_who_the_organiser_may_know(client, day, owner):
    url = reverse("events:sequence_edit", args=[day.slug, of(day, 1).pk])

    def entrust(email: str) -> int:
        return client.post(url, {"act": "steward", "t-email": email, "t-role": "moderator"}).status_code

    stranger, registered, organiser = MemberFactory(), MemberFactory(), MemberFactory()
    AttendeeFactory(event=day, member=registered)
    day.organisers.add(organiser)
    assert entrust(stranger.email) == entrust("inconnue@exemple.fr") == entrust("faux") == 422
    assert entrust(registered.email) == entrust(organiser.email) == entrust(owner.email) == 302
    assert Steward.objects.count() == 3
    client.post(url, {"act": f"steward-off:{Steward.objects.earliest('pk').pk}"})
    assert Steward.objects.count() == 2


def test_a_sequence_is_cancelled_or_deleted_from_its_page(client, day):
    url = reverse("events:sequence_edit", args=[day.slug, of(day, 1).pk])
    client.post(url, {"act": "cancel"})
    assert of(day, 1).is_cancelled
    client.post(url, {"act": "restore"})
    seated(of(day, 1))
    assert client.post(url, {"act": "remove"})["Location"] == url
    assert Sequence.objects.filter(event=day).count() == 5
    url = reverse("events:sequence_edit", args=[day.slug, of(day, 2).pk])
    assert client.post(url, {"act": "remove"})["Location"] == reverse("events:grid", args=[day.slug])
    assert Sequence.objects.filter(event=day).count() == 4


def test_a_content_says_who_is_in_it(client, day):
    item = of(day, 1).items.get()
    url = reverse("events:item_edit", args=[day.slug, item.pk])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, {"kind": "debate", "title": "Débat", "seen": seen}).status_code == 302
    assert client.post(url, {"kind": "debate", "title": "Autre", "seen": seen}).status_code == 422
    assert client.post(url, {"kind": "debate", "resource": "https://exemple.fr"}).status_code == 422
    resource = published()
    shows = {"kind": "tool", "resource": f"https://alliage.example{resource.get_absolute_url()}"}
    item.refresh_from_db()
    assert client.post(url, {**shows, "seen": mark_of(item)}).status_code == 302
    item.refresh_from_db()
    assert item.resource == resource
    assert client.post(url, {"act": "someone", "a-part": "speaks", "a-standing": "expected"}).status_code == 422
    client.post(url, {"act": "someone", "a-name": "Awa", "a-part": "speaks", "a-standing": "confirmed"})
    appearance = Appearance.objects.get()
    assert (appearance.speaker.name, appearance.standing) == ("Awa", Standing.CONFIRMED)
    client.post(
        url, {"act": "someone", "a-speaker": appearance.speaker_id, "a-part": "leads", "a-standing": "expected"}
    )
    assert Speaker.objects.count() == 1
    client.post(url, {"act": f"declined:{appearance.pk}"})
    appearance.refresh_from_db()
    assert appearance.standing == Standing.DECLINED
    client.post(url, {"act": f"off:{appearance.pk}"})
    client.post(url, {"act": f"off:{appearance.pk}"})
    assert Appearance.objects.count() == 1
    assert client.post(url, {"act": "fly:1"}).status_code == 404
    assert client.get(reverse("events:item_edit", args=[day.slug, 999_999])).status_code == 404


# --- Who ---------------------------------------------------------------------------------------------------------------


def test_a_preparation_does_not_exist_for_the_others(day):
    TempsFactory(event=day, rank=8)
    stranger = signed_in(MemberFactory())
    Event.objects.filter(pk=day.pk).update(state=EventState.DRAFT)
    for name in (
        "organise",
        "grid",
        "speakers",
        "planning",
        "programme_paste",
        "programme_import",
        "rehearsals",
        "clone",
    ):
        assert stranger.get(reverse(f"events:{name}", args=[day.slug])).status_code == 404
    assert NOW < SOON
