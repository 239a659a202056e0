"""The Rencontre of 2020: what the programme says, counted here by hand; loaded once, then left alone."""

from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from alliage.directory.tests.factories import OrganisationFactory
from alliage.events.enums import ItemKind, Part, PartnerKind, SequenceKind, Standing
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Speaker, Temps
from alliage.events.services import founding
from alliage.events.services.founding import Outcome
from alliage.events.tests.factories import NOW
from alliage.library.models import Resource
from alliage.library.tests.factories import published

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def day() -> Event:
    assert founding.load(founding.read(), now=NOW) == Outcome.ADDED
    return Event.objects.get(slug="rencontre-2020")


def hours(row: Temps | Sequence | Event) -> tuple[str, str]:
    return tuple(f"{each.astimezone(PARIS):%H:%M}" for each in (row.starts_at, row.ends_at))  # type: ignore[return-value]


def test_the_day_is_the_8th_of_july_2020_from_9_to_17_30_at_a_distance(day: Event):
    assert (day.edition, day.theme) == (6, "L’ODD17 en pratique sur les territoires")
    assert day.starts_at == datetime(2020, 7, 8, 9, tzinfo=PARIS)
    assert hours(day) == ("09:00", "17:30")
    assert (day.venue, day.kind, day.state) == ("online", "rencontre", "published")
    assert day.is_public
    assert day.source.endswith("8 juillet 2020")


def test_there_are_three_temps_with_the_hours_and_the_words_they_announce(day: Event):
    assert [(each.title, each.announced, hours(each)) for each in day.temps.all()] == [
        ("Pourquoi l’ODD17 en territoire\u00a0?", "3 séquences d’inspiration", ("09:00", "11:45")),
        (
            "Diversité des ingénieries de co-construction territoriale",
            "3 séquences de pédagogie sur la complémentarité des modèles … et la pause déjeuner\u00a0!",
            ("12:00", "15:00"),
        ),
        (
            "Le numérique au service de l’ODD17 en territoire",
            "5 ateliers pour co-élaborer les outils numériques dédiés aux catalyseurs territoriaux",
            ("15:30", "17:15"),
        ),
    ]


def test_ten_sequences_are_numbered_and_the_break_is_not(day: Event):
    numbered = day.sequences.filter(number__isnull=False).order_by("number")
    assert [(each.number, hours(each)) for each in numbered] == [
        (1, ("09:00", "09:45")),
        (2, ("10:00", "10:50")),
        (3, ("11:00", "11:45")),
        (4, ("12:00", "12:15")),
        (5, ("12:15", "13:00")),
        (6, ("14:00", "14:30")),
        (7, ("14:45", "15:15")),
        (8, ("15:30", "16:30")),
        (9, ("16:45", "17:15")),
        (10, ("17:15", "17:30")),
    ]
    pause = day.sequences.get(kind=SequenceKind.BREAK)
    assert (pause.number, hours(pause)) == (None, ("13:00", "14:00"))
    assert pause.items.get().kind == ItemKind.EXHIBITION
    assert "à la (re)découverte de la diversité des territoires" in pause.title


def test_temps_hold_what_the_programme_puts_under_them_and_say_where_it_disagrees(day: Event):
    held = [[each.number for each in temps.sequences.filter(parent=None)] for temps in day.temps.all()]
    assert held == [[1, 2, 3], [4, 5, None, 6, 7], [8, 9]]
    assert day.sequences.get(number=10).temps is None
    second = day.temps.get(rank=2)
    assert "3 séquences\u00a0: il en contient quatre" in second.note
    assert "15\u00a0h\u00a015" in second.note
    assert "logos" in day.note


def test_five_workshops_are_side_by_side_and_the_fifth_has_no_theme(day: Event):
    gathering = day.sequences.get(number=8)
    workshops = list(gathering.children.order_by("rank"))
    assert [each.title for each in workshops] == [
        "Une vitrine pour le réseau",
        "Une plateforme de capitalisation partagée",
        "Une plateforme d’échanges entre pairs pour codévelopper en ligne",
        "Une plateforme pédagogique pour accompagner les territoires",
        "Thème non précisé par le programme",
    ]
    assert {hours(each) for each in workshops} == {("15:30", "16:15")}
    assert [each.kind for each in workshops[0].items.all()] == ["example", "debate", "work"]
    sharing = gathering.items.get(kind=ItemKind.SHARING)
    assert sharing.minutes == 15
    for words in ("5 ateliers", "4 fonctionnalités", "5 fonctionnalités", "5 Sous-Ateliers"):
        assert words in gathering.note


def test_each_sequence_has_its_contents_in_order(day: Event):
    kinds = {each.number: [item.kind for item in each.items.all()] for each in day.sequences.filter(parent=None)}
    assert kinds == {
        1: ["perspective", "viewpoint", "crossed", "tool"],
        2: ["perspective", "insight", "crossed", "tool", "insight"],
        3: ["perspective", "study", "crossed", "insight"],
        4: ["testimony", "testimony", "testimony"],
        5: ["illustration", "exchange", "tool"],
        None: ["exhibition"],
        6: ["crossed"],
        7: ["debate"],
        8: ["work", "sharing"],
        9: ["crossing"],
        10: ["conclusion"],
    }


def test_who_leads_is_named_apart_from_who_speaks(day: Event):
    leads = Appearance.objects.filter(item__sequence__event=day, part=Part.LEADS).order_by("item__sequence__number")
    assert [(each.item.sequence.number, each.speaker.name) for each in leads] == [
        (1, "Le RAMEAU"),
        (2, "IFGP"),
        (5, "Réseau des pionniers des alliances en Territoire"),
        (6, "French Impact"),
    ]


def test_people_are_named_with_their_function_and_organisations_stand_for_whom_they_send(day: Event):
    people = Speaker.objects.filter(event=day, is_organisation=False).order_by("name")
    assert {each.name: each.role for each in people} == {
        "Christophe Itier": "Haut-Commissaire à l’ESS et l’Innovation Sociale",
        "Gabriel Attal": "Secrétaire d’Etat",
        "Jacqueline Gourault": "Ministre de la Cohésion des Territoires",
        "Jennifer de Temmerman": "Députée, Présidente du «\u00a0groupe d’études ODD\u00a0» à l’Assemblée Nationale",
        "Philippe Dessertine": "économiste, Président du Comité prospective du Comité 21",
        "Yves Le Breton": "Directeur Général de l’Agence Nationale de la Cohésion des Territoires",
    }
    assert Speaker.objects.filter(event=day, is_organisation=True, role="").count() == 38
    assert Speaker.objects.get(event=day, name="Le Mouvement associatif").role == "représentant les PANA"


def test_three_are_not_confirmed_yet_as_the_programme_marks_by_a_star(day: Event):
    said = Appearance.objects.filter(item__sequence__event=day)
    assert [each.speaker.name for each in said.filter(standing=Standing.EXPECTED).order_by("item__sequence__rank")] == [
        "Jacqueline Gourault",
        "Banque des Territoires",
        "Convergences",
    ]
    assert not said.exclude(standing__in=[Standing.EXPECTED, Standing.CONFIRMED]).exists()


def test_partners_are_those_of_temps_and_sequences_and_support_is_apart(day: Event):
    of_sequences = {
        each.number: [partner.name for partner in each.partners.all()]
        for each in day.sequences.filter(partners__isnull=False).distinct()
    }
    assert {number: len(names) for number, names in of_sequences.items()} == {1: 3, 2: 3, 3: 6}
    second, third = day.temps.get(rank=2), day.temps.get(rank=3)
    assert [each.name for each in second.partners.all()] == [
        "ANCT", "Banque des Territoires", "AgroParisTech", "French Impact",
    ]  # fmt: skip
    support = third.partners.get()
    assert (support.name, support.kind) == ("Villes au Carré", PartnerKind.SUPPORT)
    assert not Partner.objects.filter(event=day).exists()


def test_grdf_and_gdrf_are_one_organisation(day: Event):
    assert [each.name for each in Speaker.objects.filter(event=day, name__contains="Fondation G")] == ["Fondation GRDF"]
    third = day.sequences.get(number=3)
    assert third.partners.filter(name="Fondation GRDF").count() == 1
    assert "GDRF" in third.note


def test_everyone_named_is_an_organisation_of_the_directory_when_it_is_loaded():
    call_command("load_organisations", stdout=StringIO())
    founding.load(founding.read(), now=NOW)
    alone = Speaker.objects.filter(organisation=None).values_list("name", flat=True)
    # A person whose organisation is not said, and a mission that the directory does not hold.
    assert [each[:20] for each in alone] == ["Gabriel Attal", "Mission ministérielle"[:20]]
    assert not Partner.objects.filter(organisation=None).exists()
    assert Event.objects.get().host is not None


def test_what_was_not_loaded_yet_is_tied_later_and_nothing_is_written_twice(day: Event):
    assert founding.load(founding.read(), now=NOW + timedelta(days=1)) == Outcome.UNCHANGED
    host, anct = "reseau-pionniers-alliances-territoire", "anct"
    entries = {slug: OrganisationFactory(slug=slug) for slug in (host, anct, "villes-au-carre", "cjd")}
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(external_id="alliage:pastille-lettre-aux-elus")
    assert founding.load(founding.read(), now=NOW + timedelta(days=1)) == Outcome.COMPLETED
    day.refresh_from_db()
    assert day.host == entries[host]
    assert Speaker.objects.get(name="Yves Le Breton").organisation == entries[anct]
    assert Partner.objects.get(name="ANCT").organisation == entries[anct]
    assert Partner.objects.get(name="CJD").organisation == entries["cjd"]
    assert Item.objects.get(resource__isnull=False).resource_id == resource.pk
    assert founding.load(founding.read(), now=NOW + timedelta(days=1)) == Outcome.UNCHANGED
    assert Sequence.objects.count() == 16


def test_what_someone_changed_on_the_site_is_kept(day: Event):
    Event.objects.filter(pk=day.pk).update(title="Un autre titre", changed_at=NOW + timedelta(hours=1))
    OrganisationFactory(slug="anct")
    assert founding.load(founding.read(), now=NOW + timedelta(days=1)) == Outcome.KEPT
    day.refresh_from_db()
    assert day.title == "Un autre titre"
    assert Speaker.objects.get(name="Yves Le Breton").organisation is None


def test_the_command_says_what_it_did():
    said = [StringIO(), StringIO()]
    for each in said:
        call_command("load_rencontres", stdout=each)
    assert [each.getvalue().strip() for each in said] == [
        "Rencontre de 2020\u00a0: ajoutée.", "Rencontre de 2020\u00a0: inchangée.",
    ]  # fmt: skip


def test_pastilles_are_resources_of_the_library(day: Event):
    said = {each.text: each.kind for each in Item.objects.filter(kind__in=[ItemKind.TOOL, ItemKind.INSIGHT])}
    assert sorted(said.values()) == ["insight"] * 3 + ["tool"] * 3
    named = [each["resource"] for each in founding._pieces(founding.read()) if "resource" in each]
    assert len(named) == len(set(named)) == 7
