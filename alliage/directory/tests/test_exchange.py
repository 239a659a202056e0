"""Files of entries brought in, taken back, written out and brought in again without a change."""

import csv
import datetime
import io
import json
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import complete, exports, permissions
from alliage.directory.enums import EntryKind, Means, PlacePrecision, Visibility
from alliage.directory.filters import Filters
from alliage.directory.importers import batch, cells, places, ties
from alliage.directory.importers.kinds import KINDS
from alliage.directory.models import Edition, Entry, EntryArea, EntryTerm, Membership
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.searchable_alliances import CODE as ALLIANCES
from alliage.directory.searchable_needs import CODE as NEEDS
from alliage.directory.services import entries, exchange, inviting, profiles
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    NeedFactory,
    OrganisationFactory,
    TeamFactory,
)
from alliage.files.tests.factories import upload
from alliage.imports import services
from alliage.imports.engine import Report, RowRefused
from alliage.imports.enums import Duplicates, State
from alliage.imports.models import Source
from alliage.imports.tests.factories import importer, site
from alliage.search.models import SearchChange
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BY_KIND = {kind.code.removeprefix("directory."): kind for kind in KINDS}


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.FETCH_LOCAL = True


@pytest.fixture
def by():
    return importer()


@pytest.fixture
def world():
    """Places of every sort, and words of every vocabulary."""
    loire = TerritoryFactory(kind="departement", code="42", name="Loire", latitude=45.7, longitude=4.1)
    corse = TerritoryFactory(kind="departement", code="2A", name="Corse-du-Sud")
    made = {
        "loire": loire,
        "chamond": TerritoryFactory(code="42207", name="Saint-Chamond", postal_codes="42400", latitude=45.4752, longitude=4.5152, departement=loire),
        "ajaccio": TerritoryFactory(code="2A004", name="Ajaccio", postal_codes="20000 20090", latitude=41.9192, longitude=8.7386, departement=corse),
        "denis": TerritoryFactory(code="97411", name="Saint-Denis", postal_codes="97400 97490", latitude=-20.8789, longitude=55.4481),
        "bourg": TerritoryFactory(code="01053", name="Bourg-en-Bresse", postal_codes="01000", latitude=46.2, longitude=5.22),
        "epci": TerritoryFactory(kind="epci", code="244200770", name="Saint-Étienne Métropole"),
        "reunion": TerritoryFactory(kind="departement", code="974", name="La Réunion"),
    }  # fmt: skip
    for code, label in (("association", "Association"), ("collectivite", "Collectivité")):
        made[code] = TermFactory(code=code, label=label)
    for vocabulary, codes in {
        Vocabulary.METIERS: ("dialogue", "lieu"), Vocabulary.MISSIONS: ("aller-vers", "animer"),
        Vocabulary.LEVIERS: ("alliance", "confiance"), Vocabulary.ODD: ("1", "17"), Vocabulary.SCALES: ("bassin",),
    }.items():  # fmt: skip
        for code in codes:
            made[code] = TermFactory(vocabulary=vocabulary, code=code, label=f"Le mot {code}")
    return made


def sent(by, text, kind="organisation", name="fiches.csv", **typed):
    """Upload a file and try it with what is proposed."""
    content = text if isinstance(text, bytes) else text.encode()
    run = services.receive(upload(content, name), kind=BY_KIND[kind], by=by, now=NOW)
    return services.try_out(run, mapping={**run.mapping, **typed}, by=by, now=NOW)


def report(run):
    return Report.from_json(run.report)


def written(by, text, kind="organisation", name="fiches.csv", skip_refused=False, duplicates=Duplicates.SKIP, **typed):
    run = sent(by, text, kind, name, **typed)
    assert run.state == State.TRIED, run.error
    if run.duplicates != duplicates:
        run = services.settle_duplicates(run, choice=duplicates, by=by, now=NOW)
    assert skip_refused or not reasons(run), reasons(run)
    return services.write(run, skip_refused=skip_refused, by=by, now=NOW)


def counts(run):
    told = report(run)
    return told.created, told.updated, told.unchanged, told.skipped, told.refused_count


def reasons(run):
    return [refused.reason for refused in report(run).refused]


def one(**wanted):
    return Entry.objects.get(**wanted)


# --- Files that others made -----------------------------------------------------------------------------------------


def test_odd_columns_of_windows_are_understood(by, world):
    text = (
        "Nom du lieu;Commune;Code postal;Code INSEE;Geo Point;Site web;Courriel;Tél;Type de structure\r\n"
        "L’Épicerie d’en bas;AJACCIO CEDEX;20000;2A004;41.92, 8.74;www.epicerie.fr;contact@epicerie.fr;04 95 00 00 00;Association\r\n"
        "Café « Chez nous »;Saint Chamond;42400;;;;;;Association\r\n"
        "Bourg;Bourg en Bresse;1000;1053;;;;474000000;Collectivité\r\n"
    )
    run = written(by, text.encode("cp1252"))
    assert counts(run) == (3, 0, 0, 0, 0)
    shop = one(name="L’Épicerie d’en bas")
    assert (shop.territory.code, shop.latitude, shop.longitude, shop.place_precision) == (
        "2A004",
        41.92,
        8.74,
        "address",
    )
    assert (shop.website, shop.email, shop.phone) == (
        "https://www.epicerie.fr",
        "contact@epicerie.fr",
        "04 95 00 00 00",
    )
    assert (shop.category.code, shop.visibility, shop.phone_visibility) == ("association", "public", "nobody")
    cafe = one(name="Café « Chez nous »")
    assert (cafe.territory.code, cafe.latitude, cafe.place_precision) == ("42207", None, "seat")
    bourg = one(name="Bourg")
    assert (bourg.territory.code, bourg.phone, bourg.owner_id) == ("01053", "0474000000", None)
    assert {entry.name for entry in Entry.objects.filter(search_text__contains=" epicerie ")} == {shop.name}
    assert snapshot().row(shop.pk) is not None


def test_the_source_the_licence_and_who_sees_are_answered_once(by, world):
    typed = {"source_name": "ANCT, 2021", "licence_name": "ODbL", "seen_by": "members", "phone_seen_by": "public"}
    written(by, "id;nom;tel\n7;Eau;0102030405\n", **typed)
    eau = one()
    assert (eau.source, eau.licence, eau.visibility, eau.phone_visibility) == (
        "ANCT, 2021",
        "ODbL",
        "members",
        "public",
    )
    assert (eau.source_code, eau.external_id) == ("file:organisation:anct-2021", "7")
    run = written(by, "id;nom;tel\n7;Eau vive;0102030405\n", **typed)
    assert counts(run) == (0, 1, 0, 0, 0)
    eau.refresh_from_db()
    assert eau.name == "Eau vive"
    assert " vive " in eau.search_text


def test_the_same_file_again_changes_nothing_even_without_identifiers(by, world):
    text = "nom;commune;code postal\nEau;Ajaccio;20000\nAir;Saint-Denis;97400\nSans lieu;;\n"
    assert counts(written(by, text)) == (3, 0, 0, 0, 0)
    assert counts(sent(by, text)) == (0, 0, 3, 0, 0)


def test_what_looks_alike_is_for_the_person_to_decide(by, world):
    known = OrganisationFactory(name="Association Eau vive", territory=world["ajaccio"], function="Déjà là")
    text = "nom;insee;fonction;présentation;métiers\nEau vive (association);2A004;Autre;Nouvelle;lieu\nAir;2A004;;;\nAIR !;2A004;;;\n"
    run = sent(by, text)
    assert counts(run) == (1, 0, 0, 2, 0)
    assert [(twin.number, "existante" in twin.like) for twin in report(run).duplicates] == [(2, True), (4, False)]
    run = services.settle_duplicates(run, choice=Duplicates.MERGE, by=by, now=NOW)
    assert counts(run) == (1, 1, 0, 1, 0)
    services.write(run, skip_refused=False, by=by, now=NOW)
    known.refresh_from_db()
    assert (known.name, known.function, known.presentation) == ("Association Eau vive", "Déjà là", "Nouvelle")
    assert [term.code for term in known.terms.all()] == ["lieu"]
    assert counts(written(by, text, duplicates=Duplicates.CREATE)) == (2, 0, 1, 0, 0)
    run = sent(by, text)
    assert counts(services.settle_duplicates(run, choice=Duplicates.CREATE, by=by, now=NOW)) == (0, 0, 3, 0, 0)
    assert set(Entry.objects.filter(name__istartswith="air").values_list("slug", flat=True)) == {"air", "air-2"}


def test_the_same_identifier_twice_in_a_file_is_a_duplicate(by, world):
    text = "id;nom;insee\n1;Eau;2A004\n1;Tout autre chose;97411\n"
    run = sent(by, text)
    assert counts(run) == (1, 0, 0, 1, 0)
    run = services.settle_duplicates(run, choice=Duplicates.MERGE, by=by, now=NOW)
    assert counts(run) == (1, 0, 0, 1, 0)
    written(by, text, duplicates=Duplicates.CREATE)
    assert set(Entry.objects.values_list("external_id", flat=True)) == {"1", "1#2"}
    again = "id;nom;insee\n1;Eau;97411\n1;Eau;01053\n"
    assert counts(written(by, again, duplicates=Duplicates.CREATE)) == (0, 2, 0, 0, 0)
    assert set(Entry.objects.values_list("external_id", flat=True)) == {"1", "1#2"}


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        ("nom;latitude;longitude", "Eau;8,7386;41,9192", "échangées"),
        ("nom;latitude;longitude", "Eau;40,71;-74,0", "pas en France"),
        ("nom;latitude;longitude", "Eau;6543210,5;712345,6", "Lambert"),
        ("nom;latitude;longitude", "Eau;45,1;", "Il manque"),
        ("nom;latitude;longitude", "Eau;45°;4", "n’est pas une coordonnée"),
        ("nom;insee;latitude;longitude", "Eau;42207;43,48;-1,55", "km de Saint-Chamond"),
        ("nom;insee", "Eau;99999", "99999"),
        ("nom;commune", "Eau;Nulle-Part", "Nulle-Part"),
        ("nom;commune;code postal", "Eau;Nulle-Part;75001", "75001 Nulle-Part"),
        ("nom;commune", "Eau;Villeneuve", "plusieurs communes"),
        ("nom;epci", "Eau;Métropole d’ailleurs", "intercommunalité"),
        ("nom;site", "Eau;pas un site", "pas une adresse"),
        ("nom;site", f"Eau;https://exemple.fr/{'a' * 300}", "trop longue"),
        ("nom;liens", "Eau;Blog: https://x", "celle d’une page"),
        ("nom;courriel", "Eau;pas-une-adresse", "adresse e-mail"),
        ("nom;téléphone", f"Eau;{'appelez ' * 6}", "numéro de téléphone"),
        ("nom;zone d’intervention", "Eau;Nulle-Part", "Nulle-Part"),
        ("nom;is_national", "Eau;peut-être", "ni oui ni non"),
        ("nom;source_on", "Eau;hier", "pas une date"),
        ("nom;fonction", f"Eau;{'a' * 161}", "trop long"),
        ("nom;territory_kind;territory_code", "Eau;commune;00000", "00000"),
        ("nom;kind", "Eau;team", "autre nature"),
        ("nom;external_id", f"Eau;{'1' * 201}", "trop long"),
        ("nom", "…", "ni lettre ni chiffre"),
    ],
)
def test_a_refused_row_says_what_to_write_instead(by, world, header, row, reason):
    TerritoryFactory(name="Villeneuve", code="11111")
    TerritoryFactory(name="Villeneuve", code="22222")
    run = sent(by, f"{header}\n{row}\n")
    assert counts(run) == (0, 0, 0, 0, 1), run.error
    assert reason in reasons(run)[0]


def test_a_word_that_is_no_category_is_asked_about_once(by, world):
    run = sent(by, "nom;type\nEau;Asso 1901\nAir;Asso 1901\n")
    assert report(run).unknown == {"category": {"Asso 1901": 2}}
    run = services.explain_words(run, meanings={"category": {"Asso 1901": "association"}}, by=by, now=NOW)
    assert counts(run) == (2, 0, 0, 0, 0)


def test_small_words_for_nothing_are_nothing_and_several_sites_are_links(by, world):
    text = "nom;site;tel;courriel;latitude;longitude\nEau;a.fr | https://b.fr;NC;néant;0;0\nAir;-;01 02 03 04 05 / 06 07 08 09 10 11 12;a@b.fr;;\n"
    written(by, text)
    eau, air = one(name="Eau"), one(name="Air")
    assert (eau.website, eau.links, eau.phone, eau.email, eau.latitude) == (
        "https://a.fr",
        [{"label": "", "url": "https://b.fr"}],
        "",
        "",
        None,
    )
    assert (air.website, air.phone) == ("", "01 02 03 04 05")


# --- Places ---------------------------------------------------------------------------------------------------------


def test_a_place_is_found_by_what_a_file_says_of_it(world):
    bastia = TerritoryFactory(
        code="2B033",
        name="Bastia",
        postal_codes="20200",
        departement=TerritoryFactory(kind="departement", code="2B", name="Haute-Corse"),
    )
    old = TerritoryFactory(code="42001", name="Vieux-Bourg", status="former", part_of=world["chamond"])
    TerritoryFactory(code="97502", name="Saint-Pierre", postal_codes="97500", siren="200000001")
    known = places.Places()
    found = {
        name: known.office(values)
        for name, values in {
            "code": {"territory_kind": "commune", "territory_code": old.code},
            "insee": {"insee": old.code},
            "address": {"address": "12 rue Haute, 42400 Saint-Chamond"},
            "cedex": {"postal_code": "20199", "territory_name": "Bastia Cedex 3"},
            "departement": {"territory_name": "Bastia", "departement": "Haute-Corse"},
            "number": {"territory_name": "Saint Chamond", "departement": "42"},
            "alone": {"postal_code": "97500"},
            "village": {"postal_code": "97500", "territory_name": "L’Île-aux-Marins"},
            "close": {"postal_code": "42400", "territory_name": "Chamond"},
            "borough": {"territory_name": "Ajaccio 2e arrondissement"},
            "epci": {"epci": "Saint-Etienne Métropole"},
            "siren": {"epci": "244200770"},
            "nothing": {"address": "au bout du chemin"},
        }.items()
    }
    assert {name: spot and spot.code for name, spot in found.items()} == {
        "code": "42001", "insee": "42207", "address": "42207", "cedex": "2B033", "departement": "2B033",
        "number": "42207", "alone": "97502", "village": "97502", "close": "42207", "borough": "2A004",
        "epci": "244200770", "siren": "244200770", "nothing": None,
    }  # fmt: skip
    assert bastia.pk == known.exact("commune", "2B033").pk
    areas = {
        word: known.area(word) for word in ("departement:974", "42207", "la reunion", "Loire", "2a", "rien", "lieu:3")
    }
    assert {word: spot and spot.code for word, spot in areas.items()} == {
        "departement:974": "974", "42207": "42207", "la reunion": "974", "Loire": "42", "2a": "2A", "rien": None, "lieu:3": None,
    }  # fmt: skip


def test_a_commune_written_with_a_slip_is_found_in_its_postal_code_and_suggested_elsewhere(world, monkeypatch):
    loire = world["loire"]
    TerritoryFactory(code="42095", name="Firminy", postal_codes="42700", departement=loire)
    TerritoryFactory(code="42183", name="Le Chambon-Feugerolles", postal_codes="42700", departement=loire)
    known = places.Places()
    assert known.office({"postal_code": "42700", "territory_name": "Firmini"}).code == "42095"
    assert known.office({"postal_code": "42700", "territory_name": "Chambon Feugerole"}).code == "42183"

    def refused(**said):
        with pytest.raises(RowRefused) as error:
            known.office(said)
        return error.value.message

    assert "s’agit-il de Firminy (42095)" in refused(postal_code="42701", territory_name="Firmini")
    assert "s’agit-il de Firminy (42095)" in refused(departement="42", territory_name="Firmini")
    assert "vérifiez son nom" in refused(departement="42", territory_name="Nulle-Part")
    assert "vérifiez son nom" in refused(territory_name="Firmini")
    monkeypatch.setattr(places, "MOST_GUESSES", 0)
    assert "vérifiez son nom" in refused(departement="42", territory_name="Firmini")


def test_a_code_that_all_the_rest_contradicts_is_refused(world):
    world["chamond"].departement = world["loire"]
    world["chamond"].save()
    known = places.Places()
    with pytest.raises(RowRefused, match="Le code Insee 2A004 est celui de Ajaccio, mais la ligne dit"):
        known.office({"insee": "2A004", "postal_code": "42400", "territory_name": "Saint-Chamond"})
    for beside in (
        {},
        {"postal_code": "42400"},
        {"territory_name": "Saint-Chamond"},
        {"postal_code": "42400", "territory_name": "Un hameau"},
        {"postal_code": "20000", "territory_name": "Saint-Chamond"},
        {"postal_code": "75001", "territory_name": "Saint-Chamond"},
    ):
        assert known.office({"insee": "2A004", **beside}).code == "2A004"


def test_line_ends_and_double_spaces_hidden_in_cells_are_gone(by, world):
    text = 'nom;fonction;présentation\n"Relais  des\nvoyageurs\u00a0!";"En\nune  ligne";"Un\ndeux"\n'
    written(by, text)
    entry = one(name="Relais des voyageurs\u00a0!")
    assert (entry.function, entry.presentation) == ("En une ligne", "Un\ndeux")
    assert counts(sent(by, text)) == (0, 0, 1, 0, 0)


def test_a_file_of_many_rows_is_written_by_pieces_recognised_and_taken_back(by, world, monkeypatch):
    monkeypatch.setattr(batch, "PIECE", 2)
    known = OrganisationFactory(
        name="Déjà là", owner=None, confirmed_on=None, source_code="file:organisation:import", external_id="5"
    )
    rows = "".join(
        f"{number};Maison numéro {number} {word};Saint-Chamond\n"
        for number, word in enumerate(("rouge", "verte", "haute"), 1)
    )
    text = f"id;nom;commune\n{rows}5;Déjà là depuis;\n"
    run = written(by, text)
    assert counts(run) == (3, 1, 0, 0, 0)
    assert one(pk=known.pk).name == "Déjà là depuis"
    assert counts(sent(by, text)) == (0, 0, 4, 0, 0)
    undone = services.undo(run, by=by, now=NOW).undo_report
    assert (undone["removed"], undone["restored"], undone["kept"]) == (3, 1, [])
    assert one().name == "Déjà là"


def test_a_commune_recoded_is_found_by_its_old_code(world):
    from alliage.territories.models import TerritoryChange

    TerritoryChange.objects.create(territory=world["denis"], change="recoded", old_code="97499", version="2026")
    assert places.Places().office({"insee": "97499"}).code == "97411"


def test_a_point_is_checked_with_the_width_of_its_part_of_france(world):
    known = places.Places()
    far_overseas = known.exact("commune", "97411")
    assert places.checked((-21.3, 55.6), far_overseas) == (-21.3, 55.6)
    assert places.checked((45.4, 4.5), None) == (45.4, 4.5)
    assert places.checked((45.4, 4.5), known.exact("epci", "244200770")) == (45.4, 4.5)
    with pytest.raises(RowRefused, match="degrés"):
        places.checked((45.0, 200.0), None)
    assert places.same_point(None, None)
    assert not places.same_point(None, (1, 2))


# --- People, teams --------------------------------------------------------------------------------------------------


def test_people_are_never_made_public_by_a_file(by, world):
    text = "prénom;nom de famille;courriel;visibility\nCamille;Exemple;c@exemple.fr;tout le monde\nAlix;Autre;;\n"
    written(by, text, "catalyst", nom={})
    camille = one(name="Camille Exemple")
    assert (camille.visibility, one(name="Alix Autre").visibility) == ("members", "nobody")
    written(by, "nom;id\nZoé;9\n", "catalyst", seen_by="members")
    assert one(name="Zoé").visibility == "members"
    again = f"kind,slug,nom,visibility\ncatalyst,{camille.slug},Camille Exemple,public\n"
    assert counts(sent(by, again, "catalyst")) == (0, 0, 1, 0, 0)
    assert counts(sent(by, again.replace("public", "nobody"), "catalyst")) == (0, 1, 0, 0, 0)


def test_the_phone_of_a_person_is_made_public_by_no_file(by, world):
    known = CatalystFactory(name="Alix", owner=None, confirmed_on=None, phone="0102030405", phone_visibility="nobody")
    row = "kind,slug,nom,phone,phone_visibility\ncatalyst,{},{},0102030405,public\n"
    assert counts(sent(by, row.format(known.slug, "Alix"), "catalyst")) == (0, 0, 1, 0, 0)
    written(by, row.format("zoe", "Zoé"), "catalyst")
    assert one(name="Zoé").phone_visibility == "members"
    written(by, row.format("eau", "Eau").replace("catalyst", "organisation"))
    assert one(name="Eau").phone_visibility == "public"


def test_a_team_acts_where_it_is_and_says_its_means(by, world):
    written(by, "nom;epci;means\nÉquipe;Saint-Étienne Métropole;une équipe\n", "team")
    team = one()
    assert (team.means, [area.code for area in team.areas.all()]) == (Means.TEAM, ["244200770"])


# --- What is not written over ---------------------------------------------------------------------------------------


def test_what_its_owner_holds_or_confirmed_is_kept_and_said(by, world):
    held = OrganisationFactory(name="Eau", owner=MemberFactory(), territory=world["ajaccio"])
    confirmed = OrganisationFactory(name="Air", confirmed_on=datetime.date(2026, 1, 2))
    followed = OrganisationFactory(name="Feu", source_code="source:7", external_id="1")
    rows = "".join(f"organisation,{entry.slug},{entry.name},Changé\n" for entry in (held, confirmed, followed))
    run = sent(by, f"kind,slug,nom,fonction\n{rows}")
    assert counts(run) == (0, 0, 0, 3, 0)
    assert [twin.like.split(", ", 1)[1].split("\u00a0:")[0] for twin in report(run).duplicates] == [
        "tenue par qui elle présente", "confirmée le 2 janvier 2026", "qui suit un annuaire extérieur",
    ]  # fmt: skip
    assert set(Entry.objects.values_list("function", flat=True)) == {""}


def test_an_entry_that_nobody_holds_is_completed_and_its_changes_are_said(by, world):
    person = CatalystFactory(name="Camille", function="Ancienne", latitude=45.0, longitude=4.0)
    MembershipFactory(person=person, group=OrganisationFactory(name="La Fabrique"))
    text = (
        "kind,slug,nom,fonction,insee,latitude,longitude,leviers,areas,source_on,is_national\n"
        f"catalyst,{person.slug},Camille,Nouvelle,42207,,,alliance,departement:42,31/01/2026,oui\n"
    )
    assert counts(written(by, text, "catalyst")) == (0, 1, 0, 0, 0)
    person.refresh_from_db()
    assert (person.function, person.territory.code, person.latitude) == ("Nouvelle", "42207", 45.0)
    assert (person.source_on, person.is_national) == (datetime.date(2026, 1, 31), True)
    assert " fabrique " in person.search_text
    assert " nouvelle " in person.search_text
    assert counts(written(by, text.replace(",,,", ",45.4752,4.5152,"), "catalyst")) == (0, 1, 0, 0, 0)
    person.refresh_from_db()
    assert person.latitude is None
    assert [area.code for area in person.areas.all()] == ["42"]
    other = text.replace("alliance", "confiance").replace("departement:42", "commune:97411 | la reunion")
    assert counts(written(by, other, "catalyst")) == (0, 1, 0, 0, 0)
    assert {term.code for term in person.terms.all()} == {"confiance"}
    assert {area.code for area in person.areas.all()} == {"97411", "974"}
    twice = text + text.splitlines()[1].replace("Nouvelle", "Encore") + "\n"
    run = sent(by, twice, "catalyst")
    assert counts(run) == (0, 1, 0, 1, 0)


# --- Undo -----------------------------------------------------------------------------------------------------------


def everything():
    """All the rows that an import may write, as they are."""
    return [list(model.objects.order_by("pk").values()) for model in (Entry, EntryTerm, EntryArea)]


def test_an_import_taken_back_leaves_everything_as_it_was(by, world):
    old = OrganisationFactory(name="Eau", terms=[world["lieu"]], areas=[world["loire"]], territory=world["ajaccio"])
    before = everything()
    text = (
        "kind,slug,nom,fonction,métiers,areas,insee\n"
        f"organisation,{old.slug},Eau vive,Neuve,dialogue,commune:42207,97411\n,,Air,Neuve,lieu,departement:42,42207\n"
    )
    run = written(by, text)
    assert counts(run) == (1, 1, 0, 0, 0)
    number = Edition.objects.get().number
    run = services.undo(run, by=by, now=NOW)
    assert run.undo_report["kept"] == []
    assert everything() == before
    assert Edition.objects.get().rebuilt > number
    assert snapshot().row(old.pk) is not None


def test_what_somebody_took_in_hand_since_is_not_taken_back(by, world):
    run = written(by, "nom\nEau\nAir\nFeu\n")
    Entry.objects.filter(name="Eau").update(owner=MemberFactory())
    AllianceFactory(first=one(name="Air"), second=OrganisationFactory())
    run = services.undo(run, by=by, now=NOW)
    assert set(Entry.objects.filter(source_code="file:organisation:import").values_list("name", flat=True)) == {
        "Eau",
        "Air",
    }
    assert len(run.undo_report["kept"]) == 2
    assert exchange.reason_to_keep(Entry(owner=MemberFactory())) == "quelqu’un la tient maintenant"
    assert exchange.reason_to_keep(EntryTerm()) == ""
    exchange.after_undo(EntryKind.TEAM, [], NOW)


# --- Out and in again -----------------------------------------------------------------------------------------------

AWKWARD = [
    "=CMD|' /C calc'!A0", "+33 quelque chose", "-1 jardin", "@accueil", "'=déjà protégé", '« Guillemets » "droits"',
    "L’apostrophe ' et l'autre", "Point;virgule, et | barre", "Emoji 🌱🏔️", "Espace\u00a0insécable\u202ffine", "00123", "2A004",
    "Œuvre æquo", "Très " + "long " * 30,
]  # fmt: skip


def awkward(kind, factory, world):
    """Entries with all that breaks files, each field filled in some of them."""
    offices = [world["ajaccio"], world["denis"], world["bourg"], world["epci"], None]
    for rank, name in enumerate(AWKWARD):
        office = offices[rank % 5]
        own = rank % 3 == 0
        factory(
            name=name.strip(),
            slug=f"{kind}-{rank}",
            other_names="; ".join(["=1+1", "Deux", "00"][: rank % 4]),
            function=name.strip()[:160] if rank % 2 else "",
            presentation=f"{name}\r\nDeuxième ligne\n\n« Troisième »; fin " + "x" * (9000 if rank == 3 else 0),
            category=world["association"] if rank % 2 else None,
            category_basis="d’après son nom" if rank % 2 else "",
            scale=world["bassin"] if rank % 3 else None,
            territory=office,
            place_precision=PlacePrecision.NAME if office else PlacePrecision.UNKNOWN,
            latitude=((office and office.latitude) or 45.1) + 0.0123456789 if own else None,
            longitude=((office and office.longitude) or 4.5) + 0.0123456789 if own else None,
            blur=500 if own else 0,
            terms=[world[code] for code in ("dialogue", "lieu", "aller-vers", "animer", "alliance", "1", "17")[: rank % 8]],
            areas=[world[code] for code in ("denis", "reunion", "ajaccio", "loire")[: rank % 5]],
            is_national=rank % 2 == 0,
            cross_border="-Italie" if rank % 4 == 0 else "",
            website="https://exemple.fr/?a=1&b=2" if rank % 2 else "",
            links=[{"label": "=Blog: le vrai", "url": "https://exemple.fr/é"}, {"label": "", "url": "http://b.fr/x"}][: rank % 3],
            phone="0102030405" if rank % 2 else "",
            phone_visibility=Visibility.PUBLIC,
            email="a@exemple.fr" if rank % 2 else "",
            means=Means.PART_TIME if kind == "team" else "",
            source="+Source" if rank % 2 else "",
            source_on=datetime.date(2020, 7, 8) if rank % 2 else None,
            source_url="https://exemple.fr/source" if rank % 2 else "",
            licence="ODbL" if rank % 2 else "",
            source_code="=code" if rank % 2 else "",
            external_id=f"00{rank}" if rank % 2 else "",
        )  # fmt: skip


def bytes_of(response):
    return b"".join(response.streaming_content)


FACTORIES = {"organisation": OrganisationFactory, "catalyst": CatalystFactory, "team": TeamFactory}


@pytest.mark.parametrize("kind", FACTORIES)
@pytest.mark.parametrize("extension", ["csv", "excel", "xlsx", "json", "geojson"])
def test_what_is_exported_is_imported_without_a_change(by, world, rf, kind, extension):
    awkward(kind, FACTORIES[kind], world)
    Entry.objects.filter(slug=f"{kind}-0").update(phone_visibility="nobody", place_visibility="nobody")
    request = rf.get("/annuaire.csv?excel=1" if extension == "excel" else "/annuaire.csv")
    file = "csv" if extension == "excel" else extension
    content = bytes_of(exports.WRITERS[file](request, exports.of(Filters())))
    run = sent(by, content, kind, f"annuaire.{file}")
    assert reasons(run) == []
    assert counts(run) == (0, 0, len(AWKWARD), 0, 0)


@pytest.mark.parametrize("kind", FACTORIES)
@pytest.mark.parametrize("extension", ["csv", "xlsx", "json"])
def test_the_complete_export_makes_an_empty_directory_full_again(by, world, kind, extension):
    awkward(kind, FACTORIES[kind], world)
    Entry.objects.filter(slug=f"{kind}-1").update(visibility="nobody", phone_visibility="nobody", is_hidden=True)
    Entry.objects.filter(slug=f"{kind}-2").update(visibility="members", contact_visibility="members")
    animator = importer()
    content = bytes_of(complete.response(extension, kind=kind, excel=False, by=animator))
    run = sent(by, content, kind, f"complet.{extension}")
    assert reasons(run) == []
    assert counts(run) == (0, 0, len(AWKWARD), 0, 0)
    before = {entry.slug: complete.record(entry) for entry in complete.entries()}
    Entry.objects.all().delete()
    assert counts(written(by, content, kind, f"complet.{extension}", skip_refused=True)) == (len(AWKWARD), 0, 0, 0, 0)
    after = {entry.slug: complete.record(entry) for entry in complete.entries()}
    own = {"created_at", "updated_at", "is_hidden", "source_code", "external_id"}  # those of this platform
    person = {"visibility", "phone_visibility"} if kind == "catalyst" else set()  # made public by nobody else
    for slug, row in before.items():
        same = {name: value for name, value in row.items() if name not in own | person}
        again = {name: value for name, value in after[slug].items() if name not in own | person}
        same["presentation"] = cells.text(same["presentation"])
        again["presentation"] = cells.text(again["presentation"])
        assert again == same


# --- Who belongs to what --------------------------------------------------------------------------------------------

ROLES = ["", "présidente", "chargée de mission (jardins ; compost)", "a) d’abord", "suite (à venir", "=1+1; trésor"]


@pytest.fixture
def linked(world):
    """People in organisations and in a team, with roles that break files."""
    people = [CatalystFactory(name=f"Personne {rank}", slug=f"personne-{rank}") for rank in range(3)]
    groups = [
        OrganisationFactory(name="La Fabrique du Gier", slug="fabrique"),
        TeamFactory(name="Équipe", slug="equipe"),
    ]
    for rank, role in enumerate(ROLES):
        MembershipFactory(person=people[rank % 3], group=groups[rank // 3], role=role, position=rank // 3)
    for person in people:
        entries.save(person, now=NOW)
    return people, groups


def links():
    found = Membership.objects.order_by("person__slug", "group__slug")
    return list(found.values_list("person__slug", "group__slug", "role", "position"))


def exported(extension, kind):
    return bytes_of(complete.response(extension, kind=kind, excel=False, by=importer()))


@pytest.mark.parametrize("extension", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("order", [("organisation", "team", "catalyst"), ("catalyst", "team", "organisation")])
def test_who_belongs_to_what_comes_back_whatever_is_imported_first(by, linked, extension, order):
    files = {kind: exported(extension, kind) for kind in order}
    for kind in order:
        assert counts(sent(by, files[kind], kind, f"f.{extension}"))[2:] == (1 if kind != "catalyst" else 3, 0, 0)
    before = [complete.record(entry) | {"updated_at": None, "created_at": None} for entry in complete.entries()]
    was = links()
    Entry.objects.all().delete()
    assert not Membership.objects.exists()
    for kind in order:
        written(by, files[kind], kind, f"f.{extension}")
    Entry.objects.filter(slug="fabrique").update(
        visibility="nobody", is_hidden=True
    )  # the complete export has it all the same
    assert "fabrique" in exported("csv", "catalyst").decode()
    Entry.objects.filter(slug="fabrique").update(visibility="public", is_hidden=False)
    assert [link[:3] for link in links()] == [link[:3] for link in was]
    assert {role for _person, _group, role, _rank in links()} == {" ".join(role.split()) for role in ROLES}
    own = {"created_at", "updated_at", "source_code", "external_id", "visibility", "phone_visibility"}
    again = {entry.slug: complete.record(entry) for entry in complete.entries()}
    for row in before:
        row_again = again[row["slug"]]
        for name in ("organisations", "people"):
            assert sorted(row_again[name], key=str) == sorted(row[name], key=str)
        own_fields = own | {"organisations", "people"}
        assert {k: v for k, v in row_again.items() if k not in own_fields} == {
            k: v for k, v in row.items() if k not in own_fields
        }
    assert " fabrique " in one(slug="personne-0").members_text
    for kind in order:
        assert counts(sent(by, files[kind], kind, f"f.{extension}"))[:2] == (0, 0)


def test_links_are_tried_said_and_taken_back_with_the_import(by, linked):
    people, _groups = linked
    file = exported("csv", "catalyst")
    Membership.objects.filter(group__slug="fabrique").delete()
    Membership.objects.filter(group__slug="equipe", person=people[0]).update(role="autre")
    for person in people:
        entries.save(person, now=NOW)
    before, texts, was = everything(), [one(pk=person.pk).search_text for person in people], links()
    run = sent(by, file, "catalyst")
    assert (counts(run), links()) == ((0, 3, 0, 0, 0), was)
    said = run.rows.get(label="Personne 0").changes
    assert said == [["Appartenances", "Équipe (autre)", "La Fabrique du Gier\u00a0; Équipe (a) d’abord)"]]
    run = services.write(run, skip_refused=False, by=by, now=NOW)
    assert len(links()) == 6
    assert " fabrique " in one(pk=people[0].pk).search_text
    run = services.undo(run, by=by, now=NOW)
    assert run.undo_report["kept"] == []
    assert (links(), everything()) == (was, before)
    assert [one(pk=person.pk).search_text for person in people] == texts


def test_a_link_to_what_is_not_there_yet_waits_and_is_said(by, linked):
    file = exported("csv", "organisation")
    Entry.objects.all().delete()
    run = sent(by, file)
    assert counts(run) == (1, 0, 0, 0, 0)
    assert "pas encore dans l’annuaire" in run.rows.get().reason
    assert "personne-0" in run.rows.get().reason


def test_a_file_takes_no_link_away_and_binds_nobody_who_holds_her_entry(by, linked):
    people, groups = linked
    few = f"kind,slug,nom,people\norganisation,fabrique,La Fabrique du Gier,{people[0].slug}\n"
    assert counts(sent(by, few)) == (0, 0, 1, 0, 0)
    held = CatalystFactory(name="Alix", owner=MemberFactory())
    more = few.replace(people[0].slug, held.slug)
    run = sent(by, more)
    assert counts(run) == (0, 0, 1, 0, 0)
    assert "sans son accord" in run.rows.get().reason
    foreign = f"nom,people\nLa Fabrique,{people[0].slug}\n"
    written(by, foreign)
    assert len(links()) == 6
    assert groups[0].people.count() == 3


def test_the_cell_of_links_is_read_whatever_its_roles_hold():
    assert ties.members("a (x (y); z); b; c (d | e) | f\ng (h") == {
        "a": "x (y); z",
        "b": "",
        "c": "d | e",
        "f": "",
        "g": "h",
    }
    assert ties.members("a (x)); b (y") == {"a": "x)", "b": "y"}
    assert ties.members("La Fabrique du Gier; b") == {"b": ""}
    assert ties.members("La Fabrique") == {}
    assert ties.members("; ") == {}
    assert ties._list([str(rank) for rank in range(7)]) == "0, 1, 2, 3, 4…"


def test_what_a_row_changes_is_said_field_by_field(by, world):
    old = OrganisationFactory(
        name="Eau", terms=[world["lieu"]], areas=[world["loire"]], territory=world["ajaccio"], category=world["association"],
        links=[{"label": "Blog", "url": "https://a.fr"}], latitude=41.93, longitude=8.75,
    )  # fmt: skip
    text = (
        "kind,slug,nom,fonction,métiers,areas,insee,catégorie,is_national,liens,latitude,longitude,place_precision\n"
        f"organisation,{old.slug},Eau vive,,dialogue,commune:42207,97411,collectivite,oui,https://b.fr,-20.87,55.45,siège\n"
    )
    changes = {name: (before, after) for name, before, after in sent(by, text).rows.get().changes}
    assert changes == {
        "Nom": ("Eau", "Eau vive"),
        "Métiers de la catalyse": ("Le mot lieu", "Le mot dialogue"),
        "Territoires d’intervention": ("Loire (42)", "Saint-Chamond (42207)"),
        "Territoire": ("Ajaccio (2A004)", "Saint-Denis (97411)"),
        "Catégorie": ("Association", "Collectivité"),
        "Agit dans toute la France": ("non", "oui"),
        "Liens": ("Blog\u00a0: https://a.fr", "https://b.fr"),
        "Position": ("41.93, 8.75", "-20.87, 55.45"),
        "Précision du lieu": ("lieu d’après son nom", "siège"),
    }


def test_the_complete_export_is_for_those_who_run_the_network(client, world, caplog):
    person = CatalystFactory(
        visibility="nobody", phone="0102030405", email="c@exemple.fr", owner=MemberFactory(name="Camille")
    )
    OrganisationFactory()
    path = "/annuaire/exports/complet.csv?excel=1&nature=catalyseurs"
    assert client.get(path).status_code == 302
    client.force_login(MemberFactory())
    assert client.get(path).status_code == 403
    animator = MemberFactory(role="animator")
    client.force_login(animator)
    with caplog.at_level("INFO", logger="alliage.directory.complete"):
        answer = client.get(path)
    assert f"1 entries) by member {animator.pk}" in caplog.text
    rows = list(csv.DictReader(io.StringIO(bytes_of(answer).decode("utf-8-sig")), delimiter=";"))
    assert [(row["slug"], row["phone"], row["email"], row["owner"]) for row in rows] == [(person.slug, "0102030405", "c@exemple.fr", "Camille")]  # fmt: skip
    assert (
        "/annuaire/exports/complet.csv?excel=1&amp;nature=organisations"
        in client.get("/annuaire/?nature=organisations").content.decode()
    )
    assert '/annuaire/exports/complet.csv?excel=1"' in client.get("/annuaire/").content.decode()
    answer = client.get("/annuaire/exports/complet.json")
    assert json.loads(bytes_of(answer))["count"] == 2
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Cache-Control"] == "private, no-store"
    public = "".join(bytes_of(client.get(f"/annuaire.{each}")).decode() for each in ("csv", "json", "geojson"))
    assert "c@exemple.fr" not in public


def test_the_complete_export_reads_by_pieces(world, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(complete, "PIECE", 4)
    for _rank in range(7):
        OrganisationFactory(areas=[world["loire"]], terms=[world["lieu"]])
    with django_assert_num_queries(14):
        assert len([complete.record(entry) for entry in complete.entries("organisation")]) == 7


# --- Outside directories --------------------------------------------------------------------------------------------


@pytest.fixture
def other():
    with site() as served:
        yield served


def followed(other, by, kind="organisation", **changes):
    values = {
        "name": "Transiscope", "url": other.url, "every_hours": 24, "licence": "ODbL", "attribution": "Les auteurs de Transiscope",
        "contact": "", "is_personal": False, **changes,
    }  # fmt: skip
    return services.follow_source(values, kind=BY_KIND[kind], by=by, now=NOW)


def read_first(source, by, now=NOW):
    source = services.read_source(source, writes=False, by=by, now=now)
    run = source.runs.get(state=State.UPLOADED)
    run = services.try_out(run, mapping=run.mapping, by=by, now=now)
    if run.state == State.TRIED:
        run = services.write(run, skip_refused=True, by=by, now=now)
    return run


def place(number, name, **more):
    """A record as GoGoCarto gives it."""
    return {
        "id": number, "name": name, "geo": {"latitude": 45.476, "longitude": 4.516},
        "address": {"streetAddress": "1 rue Haute", "addressLocality": "Saint-Chamond", "postalCode": "42400"},
        "categories": ["Association"], **more,
    }  # fmt: skip


def test_an_outside_directory_is_followed_said_and_read_only(by, other, world, client):
    other.publish(place("a", "Eau", abstract="Une source"), place("b", "Air"), place("c", "Feu"))
    source = followed(other, by)
    run = read_first(source, by)
    assert counts(run) == (3, 0, 0, 0, 0)
    eau = one(name="Eau")
    assert (eau.source, eau.source_url, eau.source_on, eau.licence) == (
        "Les auteurs de Transiscope",
        other.url,
        timezone.localdate(),
        "ODbL",
    )
    assert (eau.source_code, eau.external_id, eau.category.code) == (f"source:{source.pk}", "a", "association")
    assert (eau.territory.code, eau.latitude, eau.presentation) == ("42207", 45.476, "Une source")
    animator = MemberFactory(role="animator")
    assert permissions.follows_a_source(eau)
    assert not permissions.can_edit(animator, eau)
    page = client.get(eau.get_absolute_url()).content.decode()
    assert "D’après" in page
    assert other.url in page
    other.publish(place("a", "Eau vive"), place("b", "Air"))
    services.read_source(source, writes=True, by=None, now=NOW + timedelta(days=1))
    eau.refresh_from_db()
    assert (eau.name, eau.presentation, eau.source_on) == ("Eau vive", "", timezone.localdate())
    assert set(Entry.objects.values_list("name", flat=True)) == {"Eau vive", "Air"}
    assert set(exchange.known(EntryKind.ORGANISATION, source.pk)) == {"a", "b"}


def test_what_hangs_on_a_record_gone_from_its_source_is_kept_unseen_then_comes_back(by, other, world):
    other.publish(place("a", "Eau"), place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    MembershipFactory(group=one(name="Eau"))
    other.publish(place("b", "Air"))
    services.read_source(source, writes=True, by=None, now=NOW)
    eau = one(name="Eau")
    assert (eau.visibility, eau.withdrawn_on is not None) == ("nobody", True)
    assert exchange.known(EntryKind.ORGANISATION, source.pk) == ["b"]
    other.publish(place("a", "Eau"), place("b", "Air"))
    services.read_source(source, writes=True, by=None, now=NOW)
    eau.refresh_from_db()
    assert (eau.visibility, eau.withdrawn_on) == ("public", None)


def test_the_withdrawal_is_taken_back_with_the_import(by, other, world):
    other.publish(place("a", "Eau"), place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    EntryTerm.objects.create(entry=one(name="Eau"), term=world["lieu"])
    before = everything()
    other.publish(place("b", "Air"))
    services.read_source(source, writes=True, by=None, now=NOW)
    assert Entry.objects.count() == 1
    services.undo(source.runs.order_by("created_at", "finished_at").last(), by=by, now=NOW)
    assert everything() == before


def test_people_of_a_source_must_be_said_to_be_people(by, other, world):
    other.publish(place("a", "Eau", email="a@exemple.fr"))
    run = read_first(followed(other, by), by)
    assert run.state == State.FAILED
    assert "données personnelles" in run.error
    Source.objects.all().delete()
    other.publish(place("a", "Camille"))
    run = read_first(followed(other, by, "catalyst"), by)
    assert run.state == State.FAILED


def test_people_that_a_source_no_longer_gives_for_ten_days_are_forgotten(by, other, world):
    other.publish(place("a", "Camille", telephone="0102030405"), place("b", "Alix"))
    source = followed(other, by, "catalyst", is_personal=True)
    read_first(source, by)
    assert {entry.visibility for entry in Entry.objects.all()} == {"nobody"}
    alix = one(name="Alix")
    MembershipFactory(person=alix)
    groups = Entry.objects.filter(kind="organisation").count()
    other.status = 500
    other.etag = ""
    Source.objects.update(refreshed_at=NOW)
    assert services.forget_stale(NOW + timedelta(days=9, hours=23)) == 0
    assert services.forget_stale(NOW + timedelta(days=10, hours=1)) == 2
    assert Entry.objects.filter(kind="organisation").count() == groups
    alix.refresh_from_db()
    assert (alix.name, alix.phone, alix.external_id, alix.visibility) == ("Fiche retirée", "", "", "nobody")
    assert (alix.slug, alix.source_url) == (f"fiche-{alix.pk}-retiree", "")
    assert " alix " not in alix.members_text
    assert list(Entry.objects.filter(kind="catalyst")) == [alix]


def test_a_person_gone_from_her_source_is_forgotten_at_once_whatever_hangs_on_her(by, other, world):
    alix = place("a", "Alix", telephone="0102030405", abstract="Jardins")
    other.publish(alix, place("b", "Camille"))
    source = followed(other, by, "catalyst", is_personal=True)
    read_first(source, by)
    entry = one(name="Alix")
    MembershipFactory(person=entry)
    before = everything()
    other.publish(place("b", "Camille"))
    services.read_source(source, writes=True, by=None, now=NOW)
    entry.refresh_from_db()
    assert (entry.name, entry.slug, entry.phone) == ("Fiche retirée", f"fiche-{entry.pk}-retiree", "")
    row = Entry.objects.filter(pk=entry.pk).values().get()
    assert not [
        name
        for name, value in row.items()
        if isinstance(value, str) and {"alix", "jardins"} & set(value.lower().split())
    ]
    services.undo(source.runs.order_by("created_at", "finished_at").last(), by=by, now=NOW)
    assert everything() == before
    other.publish(place("b", "Camille"), place("c", "Zoé", telephone="0102030406", abstract="Cours"))
    services.read_source(source, writes=True, by=None, now=NOW)
    other.publish(alix, place("b", "Camille"))
    services.read_source(source, writes=True, by=None, now=NOW)
    entry.refresh_from_db()
    assert (entry.name, entry.phone, entry.presentation, entry.withdrawn_on) == ("Alix", "0102030405", "Jardins", None)


def test_a_person_of_a_source_that_looks_like_someone_known_gives_her_nothing_personal(by, other, world):
    """Her entry does not follow the source: nothing would forget there what the source no longer gives."""
    known = CatalystFactory(name="Camille Roche", territory=world["chamond"], owner=None, source_code="")
    other.publish(place("a", "Camille Roche", telephone="0102030405", email="c@exemple.fr", abstract="Jardins"))
    source = followed(other, by, "catalyst", is_personal=True)
    source = services.read_source(source, writes=False, by=by, now=NOW)
    run = source.runs.get(state=State.UPLOADED)
    run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    run = services.settle_duplicates(run, choice=Duplicates.MERGE, by=by, now=NOW)
    services.write(run, skip_refused=True, by=by, now=NOW)
    known.refresh_from_db()
    assert (known.phone, known.email, known.presentation, known.website) == ("", "", "", "")
    assert (known.latitude, known.source_url) == (None, "")
    assert Entry.objects.filter(kind="catalyst").count() == 1


def test_the_records_of_a_source_no_longer_followed_may_become_ours(by, other, world):
    OrganisationFactory(source_code="file:organisation:transiscope", external_id="b")
    other.publish(place("a", "Eau"), place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    assert services.stop_following(source, keep_records=True, now=NOW) == 2
    eau, air = one(name="Eau"), one(name="Air")
    assert (eau.source_code, eau.external_id, air.external_id) == ("file:organisation:transiscope", "a", "")
    assert not permissions.follows_a_source(eau)


def test_a_file_never_pretends_to_be_a_source(by, world):
    written(by, "nom,source_code,id\nEau,source:3,1\n")
    assert (one().source_code, one().external_id) == ("", "")


def test_a_team_that_follows_a_source_acts_where_it_is(by, other, world):
    other.publish({"id": "1", "nom": "Équipe", "epci": "244200770", "zone d’intervention": "departement:42"})
    source = followed(other, by, "team")
    read_first(source, by)
    assert [area.code for area in one().areas.all()] == ["42"]
    other.publish({"id": "1", "nom": "Équipe", "epci": "244200770"})
    services.read_source(source, writes=True, by=None, now=NOW)
    assert [area.code for area in one().areas.all()] == ["244200770"]
    services.read_source(source, writes=True, by=None, now=NOW)
    assert report(source.runs.order_by("created_at").last()).updated == 1


def test_a_place_that_its_source_no_longer_gives_is_no_longer_shown(by, other, world):
    other.publish(place("a", "Eau"), place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    other.publish({"id": "a", "name": "Eau"}, place("b", "Air"))
    services.read_source(source, writes=True, by=None, now=NOW)
    eau = one(name="Eau")
    assert (eau.territory, eau.place_precision, eau.latitude) == (None, "", None)


def test_a_point_that_is_that_of_the_commune_is_not_kept_apart(by, world):
    written(by, "nom;insee;lat;long\nEau;42207;45,4752;4,5152\nAir;42207;45,47;4,51\n")
    eau, air = one(name="Eau"), one(name="Air")
    assert (eau.latitude, eau.place_precision, air.latitude) == (None, "seat", 45.47)
    row = f"kind,slug,nom,insee,place_precision,lat,long\norganisation,{air.slug},Air,97411,address,-20.8789,55.4481\n"
    assert counts(written(by, row)) == (0, 1, 0, 0, 0)
    air.refresh_from_db()
    assert (air.territory.code, air.latitude, air.place_precision) == ("97411", None, "address")
    nowhere = OrganisationFactory(name="Nulle part", terms=[world["association"]])
    row = f"kind,slug,nom,place_precision,métiers\norganisation,{nowhere.slug},Nulle part,siège,\n"
    assert counts(sent(by, row)) == (0, 0, 1, 0, 0)


def test_a_point_chooses_between_communes_of_one_name(by, world):
    TerritoryFactory(name="Saint-Denis", code="93066", postal_codes="93200", latitude=48.93, longitude=2.35)
    text = "nom;cp;ville;lat;long\nEau;97717;SAINT-DENIS CEDEX 9;-20,87;55,44\nAir;97717;SAINT-DENIS CEDEX 9;nan;nan\n"
    run = written(by, text, skip_refused=True)
    assert (counts(run), one().territory.code) == ((1, 0, 0, 0, 1), "97411")


def test_a_commune_is_known_by_the_beginning_of_its_name(world):
    for code, name in (("02676", "Saint-Erme-Outre-et-Ramecourt"), ("02001", "Saint-Thomas"), ("02002", "Sissonne")):
        TerritoryFactory(code=code, name=name, postal_codes="02820")
    known = places.Places()
    assert known.office({"postal_code": "02820", "territory_name": "SAINT-ERME"}).code == "02676"
    assert known.office({"postal_code": "02820", "territory_name": "Bourg de Sissonne"}).code == "02002"


def test_columns_of_our_own_files_are_asked_about_only_when_the_file_has_them(client, by, world):
    animator = MemberFactory(role="animator")
    client.force_login(animator)
    for header, asked in (("nom;ville", False), ("kind;slug;nom", True)):
        run = services.receive(
            upload(f"{header}\n;;\na;b;c\n".encode(), "f.csv"), kind=BY_KIND["organisation"], by=animator, now=NOW
        )
        page = client.get(f"/imports/{run.pk}/colonnes/", follow=True).content.decode()
        assert ('name="slug"' in page) is asked
        assert 'name="territory_name"' in page


def test_a_person_who_leaves_is_forgotten_by_imports_too(by, world):
    person = CatalystFactory(name="Camille", phone="0102030405")
    run = written(by, f"kind,slug,nom,tel\ncatalyst,{person.slug},Camille,0600000000\n", "catalyst")
    owner = MemberFactory()
    Entry.objects.update(owner=owner)
    assert run.changes.exists()
    profiles.forget(owner, now=NOW)
    assert not run.changes.exists()
    assert not Entry.objects.exists()


def test_who_was_erased_for_good_is_not_named_by_the_report(by):
    inviting.erase(CatalystFactory(name="Anne", email="anne@exemple.fr"), now=NOW)
    run = sent(by, "nom;courriel\nAnne Nymphe;anne@exemple.fr\nAnne Nymphe;anne@exemple.fr\n", "catalyst")
    assert counts(run) == (0, 0, 0, 2, 0)
    assert [row.label for row in run.rows.order_by("number")] == ["fiche effacée", "ligne en double"]
    assert "Nymphe" not in f"{list(run.rows.values())} {run.report}"


def test_a_report_names_those_whose_link_changes_only_and_forgets_who_is_erased(by, linked):
    people, _groups = linked
    OrganisationFactory(name="Autre", slug="autre")
    text = "kind;slug;nom;people\norganisation;fabrique;La Fabrique du Gier;personne-0 (neuve)\norganisation;autre;Autre;personne-0 (ici)\n"
    run = sent(by, text)
    assert [row.changes for row in run.rows.order_by("number")] == [
        [["Appartenances", "Personne 0", "Personne 0 (neuve)"]],
        [["Appartenances", "", "Personne 0 (ici)"]],
    ]
    run = services.write(run, skip_refused=False, by=by, now=NOW)
    profiles.erase_person(people[0])
    assert "Personne 0" not in str(list(run.rows.values()))
    assert "Personne 0" not in str(list(run.changes.values()))
    assert not run.changes.filter(model="directory.Membership").exists()


def test_the_links_of_who_took_her_entry_in_hand_since_are_not_taken_back(by, linked):
    people, groups = linked
    Membership.objects.all().delete()
    run = written(
        by,
        "kind;slug;nom;people\norganisation;fabrique;La Fabrique du Gier;personne-0 (une) | personne-1 (deux) | personne-2\n",
    )
    assert run.changes.filter(model="directory.Membership").count() == 3
    labels = run.changes.filter(model="directory.Membership").order_by("pk").values_list("label", flat=True)
    assert list(labels) == [
        "La Fabrique du Gier (une)",
        "La Fabrique du Gier (deux)",
        "La Fabrique du Gier",
    ]
    Entry.objects.filter(pk=people[0].pk).update(owner=MemberFactory())
    changed = one(pk=people[1].pk)
    changed.presentation = "Autre chose"
    entries.save(changed, now=NOW)
    run = services.undo(run, by=by, now=NOW)
    assert [link[:2] for link in links()] == [("personne-0", "fabrique")]
    kept = {tuple(each) for each in run.undo_report["kept"]}
    assert ("La Fabrique du Gier (une)", "quelqu’un la tient maintenant") in kept
    assert " fabrique " in one(pk=people[0].pk).members_text
    assert " fabrique " not in one(pk=people[1].pk).members_text  # kept, but no longer found by what she left
    assert " autre " in one(pk=people[1].pk).members_text
    assert " fabrique " not in one(pk=people[2].pk).members_text
    Entry.objects.filter(pk=groups[0].pk).update(owner=MemberFactory())
    other = MembershipFactory(person=people[1], group=groups[0])
    assert exchange.reason_to_keep(other) == "quelqu’un la tient maintenant"
    assert exchange.reason_to_keep(MembershipFactory()) == ""


def test_a_person_made_by_an_import_stays_with_the_link_that_its_group_holds_now(by, linked):
    _people, groups = linked
    run = written(by, "kind;nom;organisations\ncatalyst;Alix Nouvelle;fabrique (ici)\n", "catalyst")
    Entry.objects.filter(pk=groups[0].pk).update(owner=MemberFactory())
    services.undo(run, by=by, now=NOW)
    assert Membership.objects.filter(person__name="Alix Nouvelle", group=groups[0]).exists()


def test_the_search_reads_again_each_entry_as_what_it_is_and_what_bears_its_name(by, linked):
    people, groups = linked
    alliance, need = AllianceFactory(first=people[0], second=groups[1]), NeedFactory(entry=people[0])
    text = "kind;slug;nom;people\norganisation;fabrique;La Fabrique du Gier;personne-0 (neuve)\norganisation;;Toute neuve;\n"
    run = written(by, text)
    made = one(name="Toute neuve").pk
    SearchChange.objects.all().delete()
    services.undo(run, by=by, now=NOW)
    told = set(SearchChange.objects.values_list("kind", "object_id"))
    assert told == {
        ("catalyst", people[0].pk),
        ("organisation", groups[0].pk),
        ("organisation", made),
        (ALLIANCES, alliance.pk),
        (NEEDS, need.pk),
    }


def test_what_is_taken_in_hand_or_gone_while_the_rows_are_written_is_bound_to_nothing(by, linked, monkeypatch):
    people, _groups = linked
    Membership.objects.all().delete()
    write = exchange.write

    def late(*args, **kwargs):
        Entry.objects.filter(pk=people[0].pk).update(owner=MemberFactory())
        Entry.objects.filter(pk=people[1].pk).delete()
        write(*args, **kwargs)

    run = sent(by, "kind;slug;nom;people\norganisation;fabrique;La Fabrique;personne-0 | personne-1 | personne-2\n")
    monkeypatch.setattr(exchange, "write", late)
    services.write(run, skip_refused=False, by=by, now=NOW)
    assert [link[:2] for link in links()] == [("personne-2", "fabrique")]


def test_an_entry_taken_in_hand_or_gone_while_the_rows_are_written_is_left_alone(by, world, monkeypatch):
    names = ("Eau", "Air", "Feu")
    for name in names:
        OrganisationFactory(name=name, slug=name.lower())
    write = exchange.write

    def late(*args, **kwargs):
        Entry.objects.filter(slug="eau").update(owner=MemberFactory())
        Entry.objects.filter(slug="air").delete()
        write(*args, **kwargs)

    run = sent(by, "kind;slug;nom\n" + "".join(f"organisation;{name.lower()};{name} vif\n" for name in names))
    monkeypatch.setattr(exchange, "write", late)
    services.write(run, skip_refused=False, by=by, now=NOW)
    assert set(Entry.objects.values_list("name", flat=True)) == {"Eau", "Feu vif"}


def test_a_withdrawal_is_the_act_of_no_row(by, other, world):
    other.publish(place("a", "Eau"), place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    other.publish(place("a", "Eau vive"))
    services.read_source(source, writes=True, by=None, now=NOW)
    last = source.runs.order_by("created_at").last()
    assert dict(last.changes.values_list("label", "number"))["Air"] == 0


def test_a_record_without_coordinates_does_not_change_at_each_reading(by, other, world):
    other.publish({"id": "a", "name": "Eau", "insee": "42207"}, place("b", "Air"))
    source = followed(other, by)
    read_first(source, by)
    other.publish({"id": "a", "name": "Eau", "insee": "42207"}, place("b", "Air vif"))
    services.read_source(source, writes=True, by=None, now=NOW)
    assert counts(source.runs.order_by("created_at").last()) == (0, 1, 1, 0, 0)


def test_what_hangs_on_many_entries_is_found_in_as_many_queries(world, django_assert_num_queries):
    tied, bare = OrganisationFactory(areas=[world["loire"]]), OrganisationFactory(terms=[world["lieu"]])
    MembershipFactory(group=tied)
    with CaptureQueriesContext(connection) as few:
        assert exchange._parted([tied, bare]) == ([bare], [tied])
    many = [OrganisationFactory() for _rank in range(6)]
    MembershipFactory(group=many[0])
    AllianceFactory(first=many[1])
    with django_assert_num_queries(len(few)):
        assert exchange._parted(many) == (many[2:], many[:2])
