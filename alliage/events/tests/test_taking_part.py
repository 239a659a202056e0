"""What a programme says elsewhere: on the page of an organisation, of a resource, in the search."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliage.directory.models import Entry, Mention
from alliage.directory.tests.factories import OrganisationFactory
from alliage.events import searchable
from alliage.events.enums import EventState, Part, PartnerKind, Standing
from alliage.events.models import Appearance, Event, Item, Partner, Sequence
from alliage.events.queries import taking_part
from alliage.events.services import founding
from alliage.events.tests.factories import NOW, SOON, ItemFactory, SpeakerFactory, rencontre, webinar
from alliage.library.models import Resource
from alliage.library.tests.factories import published
from alliage.search.models import SearchChange
from alliage.search.queries import choices
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def takes_part(event: Event, entry: Entry, *, rank: int = 1, **said) -> Appearance:
    item = ItemFactory(sequence=event.sequences.get(rank=rank))
    speaker = SpeakerFactory(event=event, name=entry.name, organisation=entry, is_organisation=True)
    return Appearance.objects.create(item=item, speaker=speaker, **said)


def of(entry: Entry) -> list[tuple[str, tuple[str, ...]]]:
    cache.clear()
    return [(each.title, each.roles) for each in taking_part.of_entry(entry, limit=8)]


# --- Organisations -------------------------------------------------------------------------------------------------


def test_an_organisation_s_page_says_where_it_speaks_or_is_a_partner():
    event, entry = rencontre(title="La septième"), OrganisationFactory(name="Le Lieu")
    takes_part(event, entry)
    takes_part(event, entry, part=Part.LEADS)
    takes_part(event, entry, rank=2, part=Part.PRESENTS)
    Partner.objects.create(sequence=event.sequences.get(rank=1), name="Le Lieu", organisation=entry)
    Partner.objects.create(temps=event.temps.get(), name="Le Lieu", organisation=entry, kind=PartnerKind.SUPPORT)
    Partner.objects.create(event=event, name="Le Lieu", organisation=entry)
    assert sorted(of(entry)) == [
        ("La septième", ("partenaire",)),
        ("Pourquoi faire alliance ?", ("en appui",)),
        ("Séquence n° 1", ("intervient", "anime", "partenaire")),
        ("Séquence n° 2", ("présente",)),
    ]
    html = Client().get(entry.get_absolute_url()).content.decode()
    assert "Dans les Rencontres" in html
    assert event.sequences.get(rank=1).get_absolute_url() in html


def test_what_nobody_may_see_and_what_was_declined_are_not_said():
    entry = OrganisationFactory()
    assert of(entry) == []
    takes_part(rencontre(slug="a", state=EventState.DRAFT), entry)
    takes_part(rencontre(slug="b", is_hidden=True), entry)
    takes_part(rencontre(slug="c"), entry, standing=Standing.DECLINED)
    assert of(entry) == []
    assert "Dans les Rencontres" not in Client().get(entry.get_absolute_url()).content.decode()


def test_the_latest_come_first_and_no_more_than_asked():
    entry = OrganisationFactory()
    for rank, slug in enumerate(("a", "b", "c")):
        event = rencontre(slug=slug, title=slug)
        Event.objects.filter(pk=event.pk).update(starts_at=SOON - timedelta(days=400 * rank))
        Partner.objects.create(event=event, name="X", organisation=entry)
    cache.clear()
    assert [each.title for each in taking_part.of_entry(entry, limit=2)] == ["a", "b"]


def test_an_entry_that_no_programme_names_asks_nothing_once_it_is_known():
    entry = OrganisationFactory()
    taking_part.known()
    with CaptureQueriesContext(connection) as seen:
        assert taking_part.of_entry(entry, limit=8) == []
    assert len(seen) == 0


def test_what_the_directory_quotes_of_the_founding_document_is_said_once_and_leads_to_the_sequence():
    call_command("load_organisations", verbosity=0)
    founding.load(founding.read(), now=NOW)
    cache.clear()
    entry = Entry.objects.get(slug="cjd")
    third = Sequence.objects.get(event__slug="rencontre-2020", number=3)
    html = Client().get(entry.get_absolute_url()).content.decode()
    assert "Ce que le programme en dit" in html
    assert "Dans les Rencontres" not in html
    assert html.count(f'<a href="{third.get_absolute_url()}">') == 2
    takes_part(rencontre(), entry)
    assert of(entry) == [("Séquence n° 1", ("intervient",))]


def test_a_quotation_of_no_sequence_leads_nowhere():
    entry = OrganisationFactory()
    said = {"organisation": entry, "title": "T", "role": "partner", "quote": "Q"}
    known = Mention(document=taking_part.DOCUMENT, sequence=3, **said)
    assert taking_part.founding_url(known) == ""
    founding.load(founding.read(), now=NOW)
    taking_part.forget()
    assert taking_part.founding_url(known).endswith(f"/{Sequence.objects.get(number=3).pk}/")
    assert taking_part.founding_url(Mention(document=taking_part.DOCUMENT, sequence=None, **said)) == ""
    assert taking_part.founding_url(Mention(document="autre", sequence=3, **said)) == ""


# --- Resources -----------------------------------------------------------------------------------------------------


def test_a_resource_says_where_it_was_shown():
    resource, event = published(), rencontre(title="La septième")
    assert taking_part.of_resource(resource, limit=8) == []
    ItemFactory(sequence=event.sequences.get(rank=2), kind="tool", resource=resource)
    ItemFactory(
        sequence=rencontre(slug="b", state=EventState.DRAFT).sequences.get(rank=1), kind="tool", resource=resource
    )
    cache.clear()
    (shown,) = taking_part.of_resource(resource, limit=8)
    assert (shown.title, shown.day, shown.roles) == ("Séquence n° 2", "La septième", ())
    html = Client().get(resource.get_absolute_url()).content.decode()
    assert "Montrée dans une Rencontre" in html
    assert event.sequences.get(rank=2).get_absolute_url() in html


def test_a_resource_shown_in_a_webinar_leads_to_its_page():
    resource, event = published(), webinar(slug="un-webinaire", title="Un webinaire")
    for sequence in (event.sequences.get(), rencontre().sequences.get(rank=1)):
        ItemFactory(sequence=sequence, kind="tool", resource=resource)
    cache.clear()
    found = taking_part.of_resource(resource, limit=8)
    assert ("/agenda/un-webinaire/", "") in [(each.url, each.day) for each in found]
    assert "Montrée dans des Rencontres" in Client().get(resource.get_absolute_url()).content.decode()


# --- Search --------------------------------------------------------------------------------------------------------


def test_the_search_holds_public_events_and_the_sequences_of_rencontres():
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Apprendre à faire alliance")
    event = rencontre(title="La septième", theme="Le lien", is_demo=True)
    event.levers.add(lever)
    first = event.sequences.get(rank=1)
    first.levers.add(lever)
    entry = OrganisationFactory(name="Le Lieu")
    takes_part(event, entry)
    Appearance.objects.create(
        item=first.items.first(), speaker=SpeakerFactory(event=event, name="Léa Absente"), standing=Standing.DECLINED
    )
    Partner.objects.create(sequence=first, name="Comité d’ici")
    webinar(slug="un-webinaire", title="Un webinaire", state=EventState.CANCELLED)
    rencontre(slug="b", title="Un brouillon", state=EventState.DRAFT)
    webinar(title="Masqué", is_hidden=True, slug="masque")
    found = {each.title: each for each in searchable.events(None)}
    assert set(found) == {"La septième", "Un webinaire"}
    assert found["La septième"].facets == ["nature:rencontre", "levier:alliance"]
    assert "démonstration" in found["La septième"].facts
    assert "annulé" in found["Un webinaire"].facts
    sequences = list(searchable.sequences(None))
    assert {each.id for each in sequences} == set(event.sequences.values_list("pk", flat=True))
    said = next(each for each in sequences if each.id == first.pk)
    assert "Le Lieu" in said.body
    assert "Léa Absente" not in said.body
    assert "Comité d’ici" in said.keywords
    assert said.facets == ["levier:alliance"]
    assert [each.id for each in searchable.sequences([first.pk])] == [first.pk]
    for kind in searchable.KINDS:
        assert kind.visible(None).count() == len(list(kind.documents(None)))


def test_links_to_join_are_not_in_the_index():
    rencontre(join_url="https://visio.exemple.fr/secret", phone="0102030405")
    webinar(join_url="https://visio.exemple.fr/secret", phone="0102030405", is_open=True)
    said = repr([*searchable.events(None), *searchable.sequences(None)])
    assert "visio.exemple.fr" not in said
    assert "0102030405" not in said


def test_a_change_is_told_for_the_event_and_for_the_sequences_of_a_rencontre():
    event, other = rencontre(), webinar()
    for each in (event, other):
        searchable.told(each, now=NOW)
    told = set(SearchChange.objects.values_list("kind", "object_id"))
    assert told >= {("event", event.pk), ("event", other.pk)}
    assert {pk for kind, pk in told if kind == "sequence"} == set(event.sequences.values_list("pk", flat=True))


def test_2020_is_found_by_the_words_of_its_programme():
    founding.load(founding.read(), now=NOW)
    assert SearchChange.objects.filter(kind="event").exists()
    documents = {each.title: each for each in searchable.sequences(None)}
    assert "Jennifer de Temmerman" in documents["Les institutions à la manœuvre"].body
    assert Item.objects.filter(resource__isnull=False).count() == Resource.objects.count()


@pytest.mark.parametrize("made", [rencontre, webinar])
def test_whoever_pastes_the_address_of_an_event_links_it(made):
    event = made()
    found = choices.at(event.get_absolute_url(), viewer=AnonymousUser(), codes=[searchable.EVENT])
    assert (found.id, found.kind.code) == (event.pk, searchable.EVENT)
