"""The programme of a Rencontre: how it is read, its pages, its filters, the clock of who reads."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import OrganisationFactory
from alliage.events.enums import EventState, ItemKind, Part, PartnerKind, SequenceKind, Standing
from alliage.events.models import Appearance, Event, Partner, Sequence
from alliage.events.programme import kept
from alliage.events.queries import programmes
from alliage.events.services import founding
from alliage.events.tests.factories import (
    NOW,
    SOON,
    EventFactory,
    ItemFactory,
    SequenceFactory,
    SpeakerFactory,
    TempsFactory,
    rencontre,
    webinar,
)
from alliage.library.models import Resource
from alliage.library.tests.factories import published
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def page(path: str, client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def programme_of(event: Event) -> str:
    return reverse("events:programme", args=[event.slug])


def speaks(item, name="Awa Diallo", **said):
    speaker = SpeakerFactory(
        event=item.sequence.event,
        name=name,
        role=said.pop("role", ""),
        organisation=said.pop("organisation", None),
        is_organisation=said.pop("is_organisation", False),
    )
    return Appearance.objects.create(item=item, speaker=speaker, **said)


# --- Reading -------------------------------------------------------------------------------------------------------


def test_a_programme_is_read_temps_after_temps_with_workshops_inside_the_one_that_gathers_them():
    event = rencontre()
    found = programmes.whole(event)
    assert [(group.temps.title if group.temps else "", len(group.lines)) for group in found.groups] == [
        ("Pourquoi faire alliance ?", 2),
        ("", 1),
    ]
    assert [line.sequence.rank for line in found.lines()] == [1, 2, 3, 4, 5]
    assert [line.sequence.rank for line in found.groups[1].lines[0].workshops] == [4, 5]


def test_what_is_outside_of_any_temps_stands_where_its_hour_puts_it():
    event = EventFactory(kind="rencontre", ends_at=SOON + timedelta(hours=9))
    late = TempsFactory(event=event, rank=1, title="Le soir", starts_at=SOON + timedelta(hours=6))
    TempsFactory(
        event=event, rank=2, title="Annoncé", starts_at=SOON + timedelta(hours=9), ends_at=SOON + timedelta(hours=10)
    )
    SequenceFactory(event=event, rank=1, title="Accueil")
    SequenceFactory(event=event, rank=2, title="Café", starts_at=SOON + timedelta(hours=1))
    SequenceFactory(event=event, rank=3, temps=late, title="Fête", starts_at=SOON + timedelta(hours=7))
    found = [
        (group.temps.title if group.temps else None, [line.sequence.title for line in group.lines])
        for group in programmes.outline(event).groups
    ]
    assert found == [(None, ["Accueil", "Café"]), ("Le soir", ["Fête"]), ("Annoncé", [])]


def test_people_are_read_by_what_they_do_in_the_order_given():
    item = ItemFactory(sequence=SequenceFactory(), kind=ItemKind.CROSSED)
    speaks(item, "Deux", rank=2)
    speaks(item, "Un", rank=1, standing=Standing.CONFIRMED)
    speaks(item, "Trois", part=Part.LEADS, rank=3)
    speaks(item, "Quatre", part=Part.PRESENTS, standing=Standing.DECLINED, rank=4)
    (content,) = programmes.contents_of(programmes.Q(sequence=item.sequence))[item.sequence_id]
    assert [each.name for each in content.speaks] == ["Un", "Deux"]
    assert [each.is_expected for each in content.speaks] == [False, True]
    assert content.leads[0].name == "Trois"
    assert content.presents[0].is_away
    assert content.led_by == "animés par"
    assert not content.is_pastille


def test_partners_of_the_day_of_a_temps_and_of_a_sequence_stay_apart_and_so_does_support():
    event = rencontre()
    temps, sequence = event.temps.get(), event.sequences.get(rank=1)
    Partner.objects.create(event=event, name="De la journée")
    Partner.objects.create(temps=temps, name="Du temps", kind=PartnerKind.SUPPORT)
    Partner.objects.create(sequence=sequence, name="De la séquence")
    found = programmes.outline(event)
    assert [each.name for each in found.partners] == ["De la journée"]
    assert [each.name for each in found.groups[0].support] == ["Du temps"]
    assert found.groups[0].partners == []
    assert [each.name for each in found.groups[0].lines[0].partners] == ["De la séquence"]


def test_a_filter_keeps_the_workshop_and_the_one_that_gathers_it():
    event = rencontre()
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Apprendre à faire alliance")
    Sequence.objects.get(event=event, rank=4).levers.add(lever)
    found = programmes.whole(event)
    assert found.levers() == [lever]
    lines = kept([line for group in found.groups for line in group.lines], lever="alliance")
    assert [line.sequence.rank for line in lines] == [3]
    assert [line.sequence.rank for line in lines[0].workshops] == [4]


def test_what_lasts_at_a_moment_begins_with_it_and_ends_before_it():
    event = rencontre()
    lines = [line for group in programmes.whole(event).groups for line in group.lines]
    assert [line.sequence.rank for line in kept(list(lines), now=SOON)] == [1]
    assert kept(list(lines), now=SOON + timedelta(minutes=45)) == []
    Sequence.objects.filter(event=event, rank=1).update(is_cancelled=True)
    lines = [line for group in programmes.whole(event).groups for line in group.lines]
    assert kept(lines, now=SOON) == []


def test_before_and_after_a_sequence_are_those_of_its_level():
    event = rencontre()
    gathering = event.sequences.get(rank=3)
    around = programmes.around(gathering)
    assert (around.previous.rank, around.following) == (2, None)
    assert [each.rank for each in around.workshops] == [4, 5]
    first = event.sequences.get(rank=4)
    mirror = SequenceFactory(
        event=event, rank=6, parent=gathering, mirror_of=first, starts_at=SOON + timedelta(hours=12)
    )
    around = programmes.around(first)
    assert (around.previous, around.following.rank) == (None, 5)
    assert around.mirrors == [mirror]


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_list_says_what_comes_and_what_took_place():
    assert "pas encore annoncée" in page("/rencontres/")
    rencontre(slug="septieme", title="La septième")
    EventFactory(kind="rencontre", slug="ancienne", title="Une ancienne", starts_at=SOON - timedelta(days=9999))
    EventFactory(kind="rencontre", slug="brouillon", title="Un brouillon", state=EventState.DRAFT)
    EventFactory(kind="rencontre", slug="masquee", title="Une masquée", is_hidden=True)
    html = page("/rencontres/")
    assert html.index("La septième") < html.index("Les éditions passées") < html.index("Une ancienne")
    assert "Un brouillon" not in html
    assert "Une masquée" not in html
    assert "pas encore annoncée" not in html


def test_a_draft_and_what_is_hidden_do_not_exist_for_others():
    owner = MemberFactory()
    event = rencontre(state=EventState.DRAFT, owner=owner)
    sequence = event.sequences.get(rank=1)
    client = MemberClient()
    client.force_login(owner)
    for path in (
        event.get_absolute_url(),
        programme_of(event),
        sequence.get_absolute_url(),
        f"/rencontres/{event.slug}/sequences/{sequence.pk}.ics",
        *(f"/rencontres/{event.slug}/programme.{each}" for each in ("ics", "json", "csv", "xcal")),
    ):
        assert Client().get(path).status_code == 404, path
        assert client.get(path).status_code == 200, path
    Event.objects.filter(pk=event.pk).update(state=EventState.PUBLISHED, is_hidden=True)
    assert Client().get(programme_of(event)).status_code == 404


def test_a_sequence_of_another_kind_of_event_leads_to_the_event_and_a_wrong_address_nowhere():
    event = webinar(slug="un-webinaire")
    sequence = event.sequences.get()
    answer = Client().get(f"/rencontres/un-webinaire/sequences/{sequence.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/agenda/un-webinaire/")
    rencontre(slug="autre")
    assert Client().get(f"/rencontres/autre/sequences/{sequence.pk}/").status_code == 404
    assert Client().get("/rencontres/un-webinaire/").status_code == 404


def test_the_page_of_a_rencontre_says_temps_partners_and_what_a_source_leaves_open():
    founding.load(founding.read(), now=NOW)
    html = page("/rencontres/rencontre-2020/")
    for words in (
        "L’ODD17 en pratique sur les territoires", "La journée\u00a0: 10 séquences", "3 séquences d’inspiration",
        "5 ateliers en parallèle", "Avec l’appui de", "Villes au Carré", "Ce que le programme laisse en suspens", "logos",
        "les inscriptions sont closes",
    ):  # fmt: skip
        assert words in html, words
    assert html.count('"@type": "Event"') == 17


def test_the_programme_says_who_is_expected_and_links_pastilles_to_resources():
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(external_id="alliage:pastille-lettre-aux-elus")
    founding.load(founding.read(), now=NOW)
    html = page("/rencontres/rencontre-2020/programme/")
    assert html.count("en cours de confirmation") == 3
    assert html.count("En cours de confirmation") == 1
    assert resource.get_absolute_url() in html
    assert "Animés par" in html
    assert 'aria-label="Aller à un temps de la journée"' in html
    assert len(html.encode()) < 100_000
    Resource.objects.filter(pk=resource.pk).update(is_hidden=True)
    html = page("/rencontres/rencontre-2020/programme/")
    assert resource.get_absolute_url() not in html
    assert "Lettre aux élus communaux" in html


def test_a_name_has_a_link_where_everyone_may_read_its_page():
    event = rencontre()
    shown = OrganisationFactory(name="Le Lieu")
    hidden = OrganisationFactory(name="Cachée", visibility=Visibility.MEMBERS)
    item = ItemFactory(sequence=event.sequences.get(rank=1), rank=9)
    speaks(item, "Le Lieu", organisation=shown, is_organisation=True)
    speaks(item, "Cachée", organisation=hidden, is_organisation=True)
    speaks(item, "Awa Diallo", role="directrice", organisation=shown)
    speaks(item, "Zoé Martin", role="trésorière du lieu", organisation=shown)
    speaks(item, "Ida Petit", organisation=shown)
    speaks(item, "Léa Absente", standing=Standing.DECLINED)
    Partner.objects.create(sequence=item.sequence, name="Partenaire caché", organisation=hidden)
    Partner.objects.create(sequence=item.sequence, name="Partenaire", organisation=shown)
    for path in (programme_of(event), item.sequence.get_absolute_url()):
        html = page(path)
        link = f'<a href="{shown.get_absolute_url()}">'
        assert f"{link}Le Lieu</a>" in html
        assert hidden.get_absolute_url() not in html
        assert f"directrice ({link}Le Lieu</a>)" in html
        assert f'<b>Ida Petit</b>, <span class="muted">{link}Le Lieu</a>' in html
        assert "trésorière du lieu" in html
        assert "ne viendra pas" in html
        assert f"{link}Partenaire</a>" in html


def test_hours_are_those_of_who_reads_and_of_paris():
    event = rencontre()  # 7 h UTC, in July: 9 h in Paris, 4 h in Cayenne
    path = programme_of(event)
    assert "à Paris" not in page(path)
    html = page(f"{path}?heure=America/Cayenne")
    assert "heure de Cayenne" in html
    assert "à Paris\u00a0: 9\u00a0h – 9\u00a0h\u00a045" in html
    assert "?heure=America/Cayenne" in html
    assert "à Paris" not in page(f"{path}?heure=Nulle/Part")
    member = MemberFactory(time_zone="Pacific/Noumea")
    client = MemberClient()
    client.force_login(member)
    assert "18\u00a0h" in page(event.sequences.get(rank=1).get_absolute_url(), client)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert '<option value="" selected>Asia/Tokyo</option>' in page(path)


def test_now_shows_what_lasts_or_what_comes_next():
    now = timezone.now()
    event = EventFactory(
        kind="rencontre", slug="ce-jour", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=5)
    )
    SequenceFactory(event=event, rank=1, title="Finie", starts_at=now - timedelta(hours=1))
    later = SequenceFactory(event=event, rank=2, title="Plus tard", starts_at=now + timedelta(hours=1))
    html = page("/rencontres/ce-jour/programme/?maintenant=1")
    assert "La prochaine séquence\u00a0: Plus tard" in html
    assert "Finie" not in html
    Sequence.objects.filter(pk=later.pk).update(starts_at=now - timedelta(minutes=5))
    html = page("/rencontres/ce-jour/programme/?maintenant=1")
    assert "Plus tard" in html
    assert "en ce moment" in html
    Sequence.objects.all().delete()
    assert "Rien en ce moment" in page("/rencontres/ce-jour/programme/?maintenant=1")
    assert "pas encore là" in page("/rencontres/ce-jour/programme/")


def test_a_levier_keeps_its_sequences():
    event = rencontre()
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Apprendre à faire alliance")
    Sequence.objects.get(event=event, rank=2).levers.add(lever)
    html = page(f"{programme_of(event)}?levier=alliance")
    assert "Séquence n° 2" in html
    assert "Séquence n° 1" not in html
    assert "Séquence n° 1" in page(f"{programme_of(event)}?levier=inconnu")
    assert "Apprendre à faire alliance" in page(event.sequences.get(rank=2).get_absolute_url())


def test_a_sequence_says_what_it_holds_and_the_words_of_its_source():
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(external_id="alliage:pastille-kit-odd-17-en-pratique")
    founding.load(founding.read(), now=NOW)
    first = Sequence.objects.get(number=1)
    html = page(first.get_absolute_url())
    for words in (
        "Séquence n°\u00a01",
        "Dans le programme",
        "DESSERTINE",
        "Les ressources montrées",
        "Ensuite",
        "Source",
    ):
        assert words in html, words
    gathering = page(Sequence.objects.get(number=8).get_absolute_url())
    assert "Thème non précisé par le programme" in gathering
    assert "4 fonctionnalités" in gathering
    workshop = page(Sequence.objects.filter(kind=SequenceKind.WORKSHOP).latest("rank").get_absolute_url())
    assert "Ateliers de co-construction" in workshop
    assert "Avec l’appui de" in workshop
    pause = page(Sequence.objects.get(kind=SequenceKind.BREAK).get_absolute_url())
    assert "Pause" in pause
    last = page(Sequence.objects.get(number=10).get_absolute_url())
    assert "Le programme ne dit pas qui conclut." in last
    assert "Ensuite" not in last.split("Séquences voisines")[1].split("</nav>")[0]


def test_what_is_cancelled_says_so():
    event = rencontre()
    Sequence.objects.filter(event=event, rank__in=[1, 4]).update(is_cancelled=True)
    assert "annulée" in page(programme_of(event))
    assert "Cette séquence est annulée." in page(event.sequences.get(rank=1).get_absolute_url())
    Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED)
    assert "elle n’aura pas lieu" in page(event.get_absolute_url())
    assert "EventCancelled" in page(event.get_absolute_url())


def fill(event: Event, ranks: range) -> None:
    for rank in ranks:
        sequence = SequenceFactory(event=event, rank=rank, temps=TempsFactory(event=event, rank=rank))
        Partner.objects.create(sequence=sequence, name=f"P{rank}", organisation=OrganisationFactory())
        item = ItemFactory(sequence=sequence)
        speaks(item, f"N{rank}", organisation=OrganisationFactory())
        speaks(item, f"M{rank}")


@pytest.mark.parametrize("what", ["rencontre", "programme", "sequence", "list", "json", "csv"])
def test_the_number_of_queries_does_not_grow(what: str):
    event = rencontre()
    paths = {
        "rencontre": event.get_absolute_url(),
        "programme": programme_of(event),
        "sequence": event.sequences.get(rank=1).get_absolute_url(),
        "list": "/rencontres/",
        "json": f"/rencontres/{event.slug}/programme.json",
        "csv": f"/rencontres/{event.slug}/programme.csv",
    }
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Apprendre à faire alliance")
    Sequence.objects.get(event=event, rank=2).levers.add(lever)
    counts = []
    for ranks in (range(100, 101), range(101, 113)):
        fill(event, ranks)
        Client().get(paths[what])
        with CaptureQueriesContext(connection) as seen:
            b"".join(Client().get(paths[what]))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 6
