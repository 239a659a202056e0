"""Odd columns are found by name and by content, put together, remembered; words become codes, asked about once."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group

from alliage.files.tests.factories import upload
from alliage.imports import cells, engine, mapping, queries, services, values
from alliage.imports.engine import Report, Row, UnknownValues
from alliage.imports.enums import Content, Duplicates, State
from alliage.imports.forms import MappingForm, WordsForm
from alliage.imports.likeness import MOST_COMPARED, Lookalikes
from alliage.imports.models import KnownFile
from alliage.imports.registry import Column, Found, ImportKind, kinds
from alliage.imports.services import ImportRefused
from alliage.imports.tests.factories import GROUPS, LEVERS, RICH, RICH_BATCH, RICH_COLUMNS, importer
from alliage.jobs.tests.factories import registered

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with registered(kinds, GROUPS, RICH, RICH_BATCH):
        yield


@pytest.fixture
def by():
    return importer()


def received(by, text, kind=RICH):
    return services.receive(upload(text.encode(), "fiches.csv"), kind=kind, by=by, now=NOW)


def tried(by, text, kind=RICH):
    run = received(by, text, kind)
    return services.try_out(run, mapping=run.mapping, by=by, now=NOW)


def report(run):
    return Report.from_json(run.report)


# --- Columns --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text", "looks", "written"),
    [
        (Content.INSEE, "1001", True, "01001"),
        (Content.INSEE, "2a004", True, "2A004"),
        (Content.INSEE, "Ajaccio", False, "AJACCIO"),
        (Content.POSTAL_CODE, "42000", True, "42000"),
        (Content.POSTAL_CODE, "6000.0", True, "06000"),
        (Content.LATITUDE, "48,85", True, "48.85"),
        (Content.LATITUDE, "-21.1, 55.5", True, "-21.1"),
        (Content.LONGITUDE, "-21.1, 55.5", True, "55.5"),
        (Content.LATITUDE, "POINT (2.35 48.85)", True, "48.85"),
        (Content.LONGITUDE, "[165.5, -21.3]", True, "165.5"),
        (Content.LATITUDE, "195.5", False, "195.5"),
        (Content.LATITUDE, "ici", False, "ici"),
        (Content.LONGITUDE, "ici", False, "ici"),
        (Content.NUMBER, "1\u202f234,5", True, "1234.5"),
        (Content.NUMBER, "1.234,5", True, "1234.5"),
        (Content.NUMBER, "1,234.5", True, "1234.5"),
        (Content.NUMBER, "+3", True, "3"),
        (Content.NUMBER, "deux", False, "deux"),
        (Content.EMAIL, "mailto:a@exemple.fr", True, "a@exemple.fr"),
        (Content.EMAIL, "exemple.fr", False, "exemple.fr"),
        (Content.URL, "www.exemple.fr/x", True, "https://www.exemple.fr/x"),
        (Content.URL, "http://exemple.fr", True, "http://exemple.fr"),
        (Content.URL, "a@exemple.fr", False, "a@exemple.fr"),
        (Content.PHONE, "01 02 03 04 05", True, "01 02 03 04 05"),
        (Content.SIRET, "123 456 789 00012", True, "12345678900012"),
        (Content.DATE, "31/01/2026", True, "2026-01-31"),
        (Content.DATE, "2026-01-31", True, "2026-01-31"),
        (Content.DATE, "31/02/2026", False, "31/02/2026"),
        (Content.DATE, "hier", False, "hier"),
        (Content.TEXT, "x", True, "x"),
        (Content.NUMBER, "", False, ""),
    ],
)
def test_cells_are_recognised_and_written_in_one_way(content, text, looks, written):
    assert cells.looks_like(content, text) is looks
    assert cells.written(content, text) == written


def test_the_share_of_cells_leaves_empty_ones_out():
    assert cells.share(Content.EMAIL, ["a@b.fr", "", "x"]) == 0.5
    assert cells.share(Content.EMAIL, ["", ""]) == 0.0
    assert cells.share_of_pairs(["48.8, 2.3", "", "1, 2"]) == 0.5
    assert cells.share_of_pairs([]) == 0.0


def sample(names, *lines):
    return [Row(number, dict(zip(names, line, strict=True))) for number, line in enumerate(lines, start=2)]


def proposed(names, *lines):
    return mapping.proposal(RICH_COLUMNS, names, sample(names, *lines))


def test_columns_are_found_by_name_by_typo_by_last_part_and_by_content():
    names = ["Nom du groupes", "geo.latitude", "geo.longitude", "Contact", "autre"]
    assert proposed(names, ["Eau", "48,8", "2,3", "a@exemple.fr", "x"]) == {
        "name": "Nom du groupes",
        "latitude": "geo.latitude",
        "longitude": "geo.longitude",
        "email": "Contact",
    }


def test_a_name_that_is_not_quite_right_is_believed_only_if_the_cells_agree():
    assert "email" not in proposed(["nom", "adresse mail"], ["Eau", "12 rue Haute"])
    assert proposed(["nom", "adresse mail"], ["Eau", ""])["email"] == "adresse mail"


NAMED = (
    Column("name", "Nom", required=True, aliases=("intitule", "lib", "lib_structure")),
    Column("external_id", "Identifiant", is_identity=True, aliases=("id", "id structure")),
    Column("category", "Catégorie", aliases=("type",)),
    Column("insee", "Code Insee", aliases=("insee_com", "code_commune"), content=Content.INSEE),
    Column("latitude", "Latitude", aliases=("lat",), content=Content.LATITUDE),
)


def table(*columns: str, cells: tuple[tuple[str, ...], ...]) -> tuple[list[str], list[Row]]:
    return list(columns), [Row(2 + rank, dict(zip(columns, row, strict=True))) for rank, row in enumerate(cells)]


def test_a_column_whose_first_words_are_a_known_name_is_proposed_if_its_cells_agree():
    names, rows = table("Intitulé du lieu", "Type de porteur", "Lat. (WGS84)", cells=(("La Halle", "Ville", "45,1"),))
    assert mapping.proposal(NAMED, names, rows) == {
        "name": "Intitulé du lieu", "category": "Type de porteur", "latitude": "Lat. (WGS84)"
    }  # fmt: skip
    names, rows = table("Intitulé du lieu", "lat_dms", cells=(("La Halle", "45° nord"),))
    assert "latitude" not in mapping.proposal(NAMED, names, rows)
    assert "category" not in mapping.proposal(NAMED, ["typologie", "typo de voie"])


def test_a_column_that_says_first_of_what_it_is_the_name_is_proposed():
    names, rows = table("lib", "adresse_code_commune", "Coordonnées : lat", cells=(("La Halle", "42207", "45,1"),))
    assert mapping.proposal(NAMED, names, rows) == {
        "name": "lib", "insee": "adresse_code_commune", "latitude": "Coordonnées : lat"
    }  # fmt: skip
    names, rows = table("lib", "adresse_code_commune", cells=(("La Halle", "Ville"),))
    assert "insee" not in mapping.proposal(NAMED, names, rows)


def test_an_answer_of_yes_or_no_is_no_text():
    one_line = (*NAMED, Column("function", "En une ligne"))
    names, rows = table("lib", "en_ligne", cells=(("La Halle", "Oui"), ("Le Quai", ""), ("Le Moulin", "non")))
    assert "function" not in mapping.proposal(one_line, names, rows)
    names, rows = table("lib", "en_ligne", cells=(("La Halle", "Oui"), ("Le Quai", "Un quai")))
    assert mapping.proposal(one_line, names, rows)["function"] == "en_ligne"
    assert not cells.are_yes_or_no(["", ""])


def test_a_required_column_is_the_one_whose_cells_are_filled():
    names, rows = table("lib_structure", "lib_lieu", cells=(("", "La Halle"), ("", "Le Moulin"), ("CCAS", "Le Quai")))
    assert mapping.proposal(NAMED, names, rows)["name"] == "lib_lieu"
    names, rows = table("lib_structure", cells=(("",), ("CCAS",)))
    assert mapping.proposal(NAMED, names, rows)["name"] == "lib_structure"


def test_of_two_columns_of_a_known_name_the_empty_one_is_left():
    names, rows = table("lib", "insee_com", "code_commune", cells=(("La Halle", "", "42207"),))
    assert mapping.proposal(NAMED, names, rows)["insee"] == "code_commune"


def test_what_is_the_same_in_two_rows_is_no_identifier():
    same = (("La Halle", "7"), ("Le Moulin", "7"))
    names, rows = table("lib", "id_structur", cells=same)
    assert "external_id" not in mapping.proposal(NAMED, names, rows)
    names, rows = table("lib", "id_structur", cells=(same[0], ("Le Moulin", "8")))
    assert mapping.proposal(NAMED, names, rows)["external_id"] == "id_structur"


def test_two_columns_that_look_alike_by_content_are_left_to_the_person():
    assert "email" not in proposed(["nom", "a", "b"], ["Eau", "x@y.fr", "z@y.fr"])


def test_a_column_of_whole_places_gives_latitude_and_longitude():
    found = proposed(["nom", "geo_point_2d"], ["Eau", "48.85, 2.35"])
    assert (found["latitude"], found["longitude"]) == ("geo_point_2d", "geo_point_2d")
    assert "latitude" not in proposed(["nom", "x"], ["Eau", "12"])


def test_an_address_in_pieces_is_put_together():
    names = ["nom", "Num_voie", "Voie", "CP"]
    found = proposed(names, ["Eau", "12", "rue Haute", "42000"])
    assert found["address"] == {"columns": ["Num_voie", "Voie", "CP"]}
    read = mapping.Reader(RICH_COLUMNS, found).read(Row(2, dict(zip(names, ["Eau", "12", "", "42000"], strict=True))))
    assert read.values["address"] == "12 42000"
    assert proposed(["nom", "Voie"], ["Eau", "rue Haute"])["address"] == "Voie"


def test_answers_are_kept_shown_and_listed():
    names = ["a", "b", "c", "d", "motif du refus"]
    columns = (*RICH_COLUMNS, Column("source", "Source", typed=True))
    found = mapping.kept(
        columns, {"name": "a", "address": "b", "address__2": "c", "address__3": "gone", "source": " Insee "}, names
    )
    assert found == {"name": "a", "address": {"columns": ["b", "c"]}, "source": {"value": "Insee"}}
    assert mapping.answers(found) == {"name": "a", "address": "b", "address__2": "c", "source": "Insee"}
    assert mapping.chosen(found) == {"name": "a", "address": "b, c"}
    assert mapping.kept(columns, found, names) == found
    assert mapping.unused(names, found) == ["d"]


def test_the_form_offers_one_more_piece_and_lets_a_place_be_shared():
    def form(data):
        return MappingForm(data, initial={"address": "a", "address__2": "b"}, kind=RICH, names=["a", "b", "c"])

    assert "address__3" in form(None).fields
    assert "address__4" not in form(None).fields
    assert form({"name": "a", "latitude": "b", "longitude": "b"}).is_valid()
    assert "déjà choisie" in str(form({"name": "a", "address": "b", "address__2": "b"}).errors)


def test_columns_that_nothing_reads_are_said_everywhere(by, client):
    run = received(by, "nom;couleur;vide\nEau;bleu;\n")
    client.force_login(by)
    page = client.get(f"/imports/{run.pk}/colonnes/").content.decode()
    assert "Colonnes qui ne seront pas reprises" in page
    assert "couleur" in page
    assert "(bleu)" in page
    run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    assert report(run).unused == ["couleur", "vide"]
    assert any("couleur, vide" in line for line in report(run).lines())
    assert "couleur, vide" in client.get(f"/imports/{run.pk}/").content.decode()


def test_answers_are_remembered_for_the_next_file_of_the_same_columns(by):
    run = received(by, "x;y\nEau;z\n")
    assert "name" not in run.mapping
    services.try_out(run, mapping={"name": "y"}, by=by, now=NOW)
    assert str(KnownFile.objects.get()) == KnownFile.objects.get().fingerprint[:12]
    assert received(by, "Y;X\nEau;z\n").mapping == {}
    assert received(by, "y;x\nEau;z\n").mapping == {"name": "y"}
    services.clean_up(NOW.replace(year=2029))
    assert not KnownFile.objects.exists()


def test_a_file_that_breaks_early_is_still_received(by):
    assert received(by, 'nom\n"Air\n').mapping == {"name": "nom"}


# --- Words ----------------------------------------------------------------------------------------------------------


def words(**told):
    return values.Words(RICH_COLUMNS[2], told)


def test_words_become_codes_whatever_their_case_accents_and_plural():
    assert words().coded("VOIR LES GROUPE; add_group") == ("view_group|add_group", [])
    assert words().coded("ajouter des groupes, Voir les groupes") == ("add_group|view_group", [])
    assert words().coded("Voir les groupes | voir les groupes") == ("view_group", [])
    assert words().coded("") == ("", [])
    assert words().coded("danser; voler") == ("", ["danser", "voler"])
    assert words(danser="view_group", voler="").coded("Danser; voler") == ("view_group", [])
    assert words(danser="gone").coded("danser") == ("", ["danser"])


def test_a_column_of_one_word_is_not_cut():
    column = Column("x", "X", choices=lambda: [("a", "Un, deux"), ("b", "Trois")])
    assert values.Words(column, {}).coded("un, deux") == ("a", [])
    assert values.Words(column, {}).coded("Trois; un, deux") == ("", ["Trois; un, deux"])
    several = Column("x", "X", choices=lambda: [("a", "Un, deux")], several=True)
    assert values.Words(several, {}).coded("un, deux") == ("a", [])


def test_a_meaning_is_proposed_by_likeness():
    column = Column("x", "X", choices=lambda: [("lieu", "Tiers-lieu"), ("asso", "Association"), ("co", "Collectivité")])
    assert values.proposal(column, ["Tiers lieux rural", "associations loi 1901", "zzz"]) == {
        "Tiers lieux rural": "lieu",
        "associations loi 1901": "asso",
    }
    assert values.proposal(Column("x", "X", choices=list), ["a"]) == {}
    assert values.proposal(column, ["!"]) == {}


def test_a_word_spelt_in_two_ways_is_asked_about_once(by):
    run = tried(by, "nom;leviers\nEau;Danser\nAir;danser\nFeu;danser\nTerre;chanter\n")
    asked = queries.unknown_words(RICH, report(run))
    assert [(word.word, word.count) for word in asked] == [("danser", 3), ("chanter", 1)]
    run = services.explain_words(run, meanings={"levers": {"danser": "add_group"}}, by=by, now=NOW)
    assert [word.word for word in queries.unknown_words(RICH, report(run))] == ["chanter"]


def test_letters_in_common_are_not_a_meaning():
    column = Column("x", "X", choices=lambda: [("guide", "Accompagnateur")])
    assert values.proposal(column, ["Opérateur", "Accompagnateurs"]) == {"Accompagnateurs": "guide"}


def test_unknown_words_are_asked_about_once_then_explained(by, client):
    client.force_login(by)
    run = tried(by, "nom;leviers\nEau;danser\nAir;danser|voir groupe\nFeu;Voir les groupes\n")
    told = report(run)
    assert told.unknown == {"levers": {"danser": 2, "voir groupe": 1}}
    assert (told.refused_count, [refused.of_values for refused in told.refused]) == (2, [True, True])
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Des mots restent à préciser" in page
    assert "2 lignes attendent" in page
    page = client.get(f"/imports/{run.pk}/mots/").content.decode()
    assert page.count('<select name="word') == 2
    response = client.post(f"/imports/{run.pk}/mots/", {"word0": "-", "word1": ""})
    run.refresh_from_db()
    assert response["Location"] == f"/imports/{run.pk}/"
    assert run.values == {"levers": {"danser": ""}}
    assert report(run).unknown == {"levers": {"voir groupe": 1}}
    client.post(f"/imports/{run.pk}/mots/", {"word0": "view_group"})
    run.refresh_from_db()
    assert (report(run).refused_count, report(run).created) == (0, 3)
    assert client.get(f"/imports/{run.pk}/mots/").status_code == 302
    assert received(by, "nom;leviers\nTerre;danser\n").values == run.values


def test_a_refused_explanation_comes_back(by, client, monkeypatch):
    client.force_login(by)
    run = tried(by, "nom;leviers\nEau;danser\n")
    assert client.post(f"/imports/{run.pk}/mots/", {"word0": "gone"}).status_code == 422

    def refuse(*args, **options):
        raise ImportRefused("Pas maintenant.")

    monkeypatch.setattr(services, "explain_words", refuse)
    assert "Pas maintenant." in client.post(f"/imports/{run.pk}/mots/", {"word0": "-"}).content.decode()


def test_only_known_columns_and_codes_are_explained(by):
    run = tried(by, "nom;leviers\nEau;danser\n")
    run = services.explain_words(run, meanings={"name": {"Eau": "x"}, "levers": {"danser": "gone"}}, by=by, now=NOW)
    assert run.values == {"levers": {}}


def test_too_many_unknown_words_are_not_all_kept(monkeypatch):
    monkeypatch.setattr(engine, "MAX_UNKNOWN_KEPT", 1)

    def apply(row):
        raise UnknownValues("x", [("levers", row.values["n"])])

    told = engine.run([Row(1, {"n": "a"}), Row(2, {"n": "b"}), Row(3, {"n": "a"})], apply, dry_run=True)
    assert told.unknown == {"levers": {"a": 2}}


def test_words_of_a_column_that_is_gone_are_passed_over():
    told = Report(unknown={"gone": {"a": 1}})
    assert queries.unknown_words(RICH, told) == []
    assert values.choices(RICH_COLUMNS[2]) == list(LEVERS.items())
    assert WordsForm(asked=[]).fields == {}


# --- Duplicates -----------------------------------------------------------------------------------------------------


def test_a_row_that_looks_like_a_record_is_left_aside_imported_or_merged(by, client):
    client.force_login(by)
    old = Group.objects.create(name="Maison des possibles")
    run = tried(by, "nom;leviers\nMaison des Possible;add_group\nEau;\n")
    told = report(run)
    assert (told.skipped, told.created, told.duplicate_count) == (1, 1, 1)
    assert told.duplicates[0].number == 2
    assert "fiche existante" in told.duplicates[0].like
    assert any("1 ligne laissée de côté" in line for line in told.lines())
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "1 ligne ressemble à quelque chose de connu" in page
    assert 'href="/annuaire/"' in page
    client.post(f"/imports/{run.pk}/doublons/", {"choice": "create"})
    run.refresh_from_db()
    assert (report(run).created, report(run).skipped) == (2, 0)
    client.post(f"/imports/{run.pk}/doublons/", {"choice": "merge"})
    run.refresh_from_db()
    assert (report(run).created, report(run).updated) == (1, 1)
    services.write(run, skip_refused=False, by=by, now=NOW)
    old.refresh_from_db()
    assert old.permissions.count() == 1
    assert "Choisissez" in client.post(f"/imports/{run.pk}/doublons/", {"choice": "x"}, follow=True).content.decode()
    page = client.post(f"/imports/{run.pk}/doublons/", {"choice": "skip"}, follow=True).content.decode()
    assert "rechargez la page" in page


@pytest.mark.parametrize("kind", [RICH, RICH_BATCH])
def test_identical_rows_of_the_file_are_noticed(by, kind):
    kind = ImportKind(**{**kind.__dict__, "code": "test.found", "finds_duplicates": True})
    with registered(kinds, kind):
        run = tried(by, "nom;autre\nEau;1\nEau;2\nAir;3\n", kind)
    told = report(run)
    assert (told.created, told.skipped) == (2, 1)
    assert told.duplicates[0].like == "la ligne 2 de ce fichier, qui est identique"


def test_identical_rows_may_be_imported_all_the_same(by):
    run = tried(by, "nom\nEau\nEau\n")
    run = services.settle_duplicates(run, choice=Duplicates.CREATE, by=by, now=NOW)
    assert report(run).duplicate_count == 1
    assert (run.state, report(run).skipped) == (State.TRIED, 0)


def test_a_kind_that_does_not_look_for_duplicates_says_so(by):
    run = tried(by, "nom du groupe\nEau\nEau\n", GROUPS)
    assert report(run).skipped == 0
    with pytest.raises(ImportRefused, match="doublons"):
        services.settle_duplicates(run, choice=Duplicates.SKIP, by=by, now=NOW)


def test_only_the_first_duplicates_are_listed(monkeypatch):
    monkeypatch.setattr("alliage.imports.registry.MOST_DUPLICATES_KEPT", 1)
    found = Found()
    found.add("a")
    found.add("b")
    assert (found.count, found.duplicates) == (2, ["a"])


def test_lookalikes_are_found_by_key_by_name_and_place_with_the_reason():
    twins = Lookalikes()
    twins.add(1, name="Association Les Ateliers de la Rivière", place="42218", keys=["https://www.ateliers.fr/", "123"])
    twins.add(2, name="Café du Port", place="17300", number=7)
    assert twins.find(name="Tout autre", keys=["www.ateliers.fr"]).what == 1
    near = twins.find(name="Les Ateliers de la Rivieres Association", place="42218")
    assert "fiche existante (même nom, même lieu)" not in near.wording
    assert near.what == 1
    same = twins.find(name="CAFE DU PORT", place="17300")
    assert "ligne 7 (même nom, même lieu)" in same.wording
    assert twins.find(name="Café du Port", place="42218") is None
    assert twins.find(name="Le Port", place="17300") is None
    assert twins.find(name="", keys=[""]) is None
    assert "même numéro" in twins.find(name="x", keys=["1 2 3"]).reason


def test_a_word_that_everybody_bears_is_not_compared_with_everybody():
    twins = Lookalikes()
    for rank in range(MOST_COMPARED + 1):
        twins.add(rank, name=f"Mobilité {rank:03}")
    assert twins.find(name="mobilités 007").what == 7
    twins.add("seule", name="Mobilité")
    assert twins.find(name="Mobilité").what == "seule"


def test_the_refused_rows_can_be_mended_and_imported_as_they_are(by):
    run = tried(by, "nom;leviers\nrefusé;\nEau;danser\n")
    again = services.receive(upload(report(run).report_csv().encode(), "r.csv"), kind=RICH, by=by, now=NOW)
    assert again.columns == ["ligne", "motif du refus", "nom", "leviers"]
    assert again.mapping == {"name": "nom", "levers": "leviers"}
    assert mapping.unused(again.columns, again.mapping) == []


def test_a_report_kept_by_an_older_version_is_read():
    old = {"created": 1, "updated": 0, "unchanged": 0, "refused_count": 1, "dry_run": True, "written": False}
    read = Report.from_json({**old, "refused": [[3, "Non.", [["nom", "x"]]]]})
    assert (read.total, read.refused[0].of_values, read.duplicates, read.unknown) == (2, False, [], {})
    assert Report.from_json(read.as_json()) == read
    assert any("retirées" in line for line in Report(withdrawn=2).lines())


def test_a_source_remembers_the_columns_that_one_reading_lacked():
    before = {
        "name": "nom",
        "phone": "tel",
        "email": "mail",
        "address": {"columns": ["rue", "ville"]},
        "source": {"value": "x"},
    }
    answered = {"name": "titre"}
    assert mapping.remembered(before, answered, ["titre", "mail", "ville"]) == {"phone": "tel", "name": "titre"}
    assert mapping.remembered({}, answered, ["titre"]) == answered
