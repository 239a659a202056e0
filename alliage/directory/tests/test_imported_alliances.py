"""Files of alliances brought in, taken back, written out and brought in again without a change."""

import csv
import datetime
import io
from datetime import UTC

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import AllianceState, Visibility
from alliage.directory.importers import alliances as importer_of
from alliage.directory.importers import shared
from alliage.directory.importers.kinds import ALLIANCES
from alliage.directory.models import Alliance
from alliage.directory.services import alliances as services
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, OrganisationFactory, TeamFactory
from alliage.files.tests.factories import upload
from alliage.imports import services as imports
from alliage.imports.engine import Report, Row
from alliage.imports.enums import Duplicates, State
from alliage.imports.models import Change
from alliage.imports.registry import Importing
from alliage.imports.tests.factories import importer
from alliage.notifications.models import Notification
from alliage.search.models import SearchChange
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEAD = "objet;organisation 1;organisation 2;depuis"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def by():
    return importer()


@pytest.fixture
def world():
    made = {
        "gier": OrganisationFactory(name="La Fabrique du Gier", slug="fabrique", other_names="FdG"),
        "eau": OrganisationFactory(name="Eau vive", slug="eau-vive"),
        "team": TeamFactory(name="Équipe du Pilat", slug="pilat"),
        "loire": TerritoryFactory(kind="departement", code="42", name="Loire"),
        "chamond": TerritoryFactory(code="42207", name="Saint-Chamond", postal_codes="42400"),
    }
    for vocabulary, code in ((Vocabulary.ODD, "4"), (Vocabulary.ODD, "12"), (Vocabulary.PARTNERSHIPS, "mecenat")):
        made[code] = TermFactory(vocabulary=vocabulary, code=code, label=f"Le mot {code}")
    return made


def sent(by, text, name="alliances.csv", **typed):
    content = text if isinstance(text, bytes) else text.encode()
    run = imports.receive(upload(content, name), kind=ALLIANCES, by=by, now=NOW)
    return imports.try_out(run, mapping={**run.mapping, **typed}, by=by, now=NOW)


def written(by, text, name="alliances.csv", duplicates=Duplicates.SKIP, **typed):
    run = sent(by, text, name, **typed)
    assert run.state == State.TRIED, run.error
    if duplicates != Duplicates.SKIP:
        run = imports.settle_duplicates(run, choice=duplicates, by=by, now=NOW)
    assert reasons(run) == []
    return imports.write(run, skip_refused=False, by=by, now=NOW)


def counts(run):
    told = Report.from_json(run.report)
    return told.created, told.updated, told.unchanged, told.skipped, told.refused_count


def reasons(run):
    return [refused.reason for refused in Report.from_json(run.report).refused]


def left(run):
    return [twin.like for twin in Report.from_json(run.report).duplicates]


def test_a_file_of_others_is_understood_and_waits_for_one_of_the_two_sides(by, world):
    owner = MemberFactory()
    type(world["eau"]).objects.filter(pk=world["eau"].pk).update(owner=owner)
    text = (
        f"{HEAD};jusqu’à;type;odd;territoire;bilan\n"
        "Un atelier  partagé;FdG;EAU VIVE;septembre 2019;2021;Le mot mecenat;4 | 12;departement:42;Trois ateliers.\n"
        "Un jardin;https://exemple.fr/annuaire/equipes/pilat/;eau-vive;01/09/2020;;;;;\n"
    )
    run = written(by, text)
    assert counts(run) == (2, 0, 0, 0, 0)
    one = Alliance.objects.get(subject="Un atelier partagé")
    assert (one.first, one.second, one.since, one.until) == (world["gier"], world["eau"], 2019, 2021)
    assert (one.partnership, one.territory, one.outcome) == (world["mecenat"], world["loire"], "Trois ateliers.")
    assert {term.code for term in one.goals.all()} == {"4", "12"}
    assert (one.state, one.confirmed_at, one.declared_for, one.declared_by) == ("declared", None, None, by)
    assert set(Alliance.objects.get(subject="Un jardin").goals.all()) == set()
    assert {row.person_id for row in Notification.objects.filter(kind=services.KIND)} == {owner.pk}
    assert counts(sent(by, text)) == (0, 0, 2, 0, 0)
    assert "confirmée" in imports_rows(run)[0].reason


def imports_rows(run):
    return list(run.rows.order_by("number"))


def test_a_source_that_anyone_may_read_shows_it_at_once_and_so_does_the_team(by, world):
    text = f"{HEAD};adresse de la source\nUn atelier;FdG;Eau vive;2019;exemple.fr/bilan\nUn jardin;FdG;Eau vive;2020;\n"
    written(by, text, source_name="DDT, 2026")
    shown, waits = Alliance.objects.order_by("pk")
    assert (shown.state, shown.source_url) == ("confirmed", "https://exemple.fr/bilan")
    assert shown.confirmed_at == shown.created_at
    assert (waits.state, waits.source) == ("declared", "DDT, 2026")
    assert counts(written(by, text, source_name="DDT, 2026", confirmed="yes")) == (0, 1, 1, 0, 0)
    waits.refresh_from_db()
    assert (waits.state, waits.confirmed_at) == ("confirmed", waits.updated_at)
    Alliance.objects.all().delete()
    written(by, text, confirmed="no")
    assert {one.state for one in Alliance.objects.all()} == {"declared"}
    assert {one.confirmed_at for one in Alliance.objects.all()} == {None}


def test_an_identifier_recognises_what_changed_and_undoing_puts_all_back(by, world):
    head = f"id;{HEAD};odd;partenariat"
    first = written(by, f"{head}\n7;Un atelier;FdG;Eau vive;2019;4;mecenat\n", confirmed="yes", source_name="DDT")
    one = Alliance.objects.get()
    assert (one.source_code, one.external_id) == ("file:alliance:ddt", "7")
    text = f"{head};commune\n7;Un autre atelier;FdG;Équipe du Pilat;2019;12;mecenat;Saint-Chamond\n8;Un jardin;FdG;Eau vive;2020;;;\n"
    run = written(by, text, source_name="DDT")
    assert counts(run) == (1, 1, 0, 0, 0)
    one.refresh_from_db()
    assert (one.subject, one.second, one.state, one.confirmed_at) == (
        "Un autre atelier", world["team"], "declared", None
    )  # fmt: skip
    assert [term.code for term in one.goals.all()] == ["12"]
    said = {name: (before, after) for name, before, after in imports_rows(run)[0].changes}
    assert said["Seconde partie"] == ("Eau vive", "Équipe du Pilat")
    assert said["Territoire"] == ("", "Saint-Chamond (42207)")
    assert (said["ODD"], said["État"]) == (("4", "12"), ("confirmée", "déclarée, en attente de l’autre partie"))
    SearchChange.objects.all().delete()
    imports.undo(run, by=by, now=NOW)
    one.refresh_from_db()
    assert (one.subject, one.second, one.state, one.territory) == ("Un atelier", world["eau"], "confirmed", None)
    assert [term.code for term in one.goals.all()] == ["4"]
    assert SearchChange.objects.filter(kind="alliance", object_id=one.pk).exists()
    imports.undo(first, by=by, now=NOW)
    assert not Alliance.objects.exists()
    services.after_undo([("directory.Need", "1")], NOW)


def test_a_subject_or_a_partnership_alone_is_confirmed_again_unless_a_source_says_it(by, world):
    head = f"id;{HEAD};source_url;partenariat;résultat"
    row = "7;Un atelier;FdG;Eau vive;2019;{};{};{}\n"
    written(by, f"{head}\n{row.format('https://a.fr/x', '', '')}")
    assert counts(written(by, f"{head}\n{row.format('', 'mecenat', '')}")) == (0, 1, 0, 0, 0)
    assert Alliance.objects.get().state == AllianceState.CONFIRMED
    Alliance.objects.update(source_url="")
    written(by, f"{head}\n{row.format('', '', 'Un bilan.')}")
    assert Alliance.objects.get().state == AllianceState.CONFIRMED


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X;Nulle part;Eau vive;2019", "n’est pas dans l’annuaire\u00a0: écrivez"),
        ("X;…;Eau vive;2019", "n’est pas dans l’annuaire"),
        ("X;La Fabrique de Gier;Eau vive;2019", "s’agit-il de «\u00a0La Fabrique du Gier\u00a0» (fabrique)"),
        ("X;Double;Eau vive;2019", "Plusieurs fiches s’appellent"),
        ("X;Camille Exemple;Eau vive;2019", "n’est pas dans l’annuaire"),
        ("X;Cachée;Eau vive;2019", "n’est pas dans l’annuaire"),
        ("X;FdG;fabrique;2019", "deux fois la même"),
        ("X;FdG;Eau vive;hier", "n’est pas une année"),
        ("X;FdG;Eau vive;1750", "n’est pas une année"),
        ("X;FdG;Eau vive;2250", "n’est pas une année"),
        ("X;FdG;Eau vive;2019;2018", "avant la première"),
        (f"{'x' * 161};FdG;Eau vive;2019", "trop long"),
        ("X;FdG;Eau vive;2019;;Ailleurs", "n’est pas connu, ou plusieurs"),
        ("X;FdG;Eau vive;2019;;;42;00000", "00000"),
        ("X;FdG;Eau vive;2019;;;;;pas une page", "celle d’une page"),
        (f"X;FdG;Eau vive;2019;;;;;;{'1' * 201}", "identifiant est trop long"),
        (";FdG;Eau vive;2019", "est vide"),
    ],
)
def test_a_refused_row_says_what_to_write_instead(by, world, row, reason):
    OrganisationFactory(name="Double")
    OrganisationFactory(name="Double")
    OrganisationFactory(name="Cachée", visibility=Visibility.NOBODY)
    CatalystFactory(name="Camille Exemple")
    head = f"{HEAD};jusqu’à;territoire;code postal;insee;source_url;id"
    run = sent(by, f"{head}\n{row}{';' * (head.count(';') - row.count(';'))}\n")
    assert counts(run) == (0, 0, 0, 0, 1), run.error
    assert reason in reasons(run)[0]


def test_two_rows_and_two_alliances_are_never_confused(by, world):
    text = f"id;{HEAD}\n1;Un atelier;FdG;Eau vive;2019\n1;Un jardin;FdG;Eau vive;2019\n2;Un atelier;Eau vive;FdG;2020\n"
    run = written(by, text)
    assert counts(run) == (1, 0, 0, 2, 0)
    assert left(run) == ["la même alliance que la ligne 2"] * 2
    assert counts(sent(by, text)) == (0, 0, 1, 2, 0)
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Un jardin")
    assert "du même objet" in reasons(sent(by, f"id;{HEAD}\n1;Un jardin;FdG;Eau vive;2019\n"))[0]


def test_what_looks_alike_is_for_the_person_to_decide(by, world):
    known = AllianceFactory(first=world["gier"], second=world["eau"], subject="Un atelier partagé", since=2015)
    text = f"{HEAD};bilan;odd\nUn atelier partage;FdG;Eau vive;2019;Un bilan.;4\n"
    run = sent(by, text)
    assert (counts(run), len(left(run))) == ((0, 0, 0, 1, 0), 1)
    written(by, text, duplicates=Duplicates.MERGE)
    known.refresh_from_db()
    assert (known.subject, known.since, known.outcome) == ("Un atelier partagé", 2015, "Un bilan.")
    assert [term.code for term in known.goals.all()] == ["4"]
    assert counts(imports.settle_duplicates(sent(by, text.replace(";4", ";12")), choice=Duplicates.MERGE, by=by, now=NOW)) == (0, 0, 1, 0, 0)  # fmt: skip
    assert counts(written(by, text, duplicates=Duplicates.CREATE)) == (1, 0, 0, 0, 0)
    assert Alliance.objects.count() == 2


def test_what_people_said_here_stays_as_it_is(by, world):
    owner = MemberFactory()
    held = OrganisationFactory(name="Tenue", owner=owner)
    AllianceFactory(first=world["gier"], second=held, subject="Dite", declared_for=held)
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Cachée", is_hidden=True)
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Refusée", state=AllianceState.REFUSED)
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Libre", declared_for=world["eau"])
    text = (
        f"{HEAD}\nDite;FdG;Tenue;1999\nCachée;FdG;Eau vive;1999\nRefusée;FdG;Eau vive;1999\nLibre;FdG;Eau vive;1999\n"
    )
    run = written(by, text)
    assert counts(run) == (0, 1, 0, 3, 0)
    assert [said.split("\u00a0")[0] for said in left(run)] == [
        "déclarée par «", "masquée par la modération", "une des deux organisations ne la reconnaît pas",
    ]  # fmt: skip
    assert set(Alliance.objects.filter(since=1999).values_list("subject", flat=True)) == {"Libre"}


@pytest.mark.parametrize("name", ["alliances.csv", "alliances.csv?excel=1", "alliances.xlsx", "alliances.json"])
def test_what_is_exported_is_imported_without_a_change_and_makes_an_empty_list_full_again(by, world, client, name):
    AllianceFactory(
        first=world["gier"], second=world["eau"], subject="=1+1; « piège »", outcome="-2 lignes\nà la suite",
        territory=world["loire"], partnership=world["mecenat"], source="+Source", source_url="https://a.fr/é", until=2020,
    ).goals.set([world["4"], world["12"]])  # fmt: skip
    AllianceFactory(first=world["team"], second=world["eau"], subject="'Un atelier", territory=world["chamond"])
    AllianceFactory(first=world["team"], second=world["eau"], subject="'Un atelier 2")
    content = b"".join(client.get(f"/annuaire/{name}").streaming_content)
    file = name.split("?", 1)[0]
    if file.endswith("csv"):
        assert "'=1+1" in content.decode()
    run = sent(by, content, file)
    assert (counts(run), reasons(run)) == ((0, 0, 3, 0, 0), [])
    Alliance.objects.all().delete()
    assert counts(written(by, content, file, confirmed="yes")) == (3, 0, 0, 0, 0)
    assert counts(sent(by, content, file)) == (0, 0, 3, 0, 0)
    again = b"".join(client.get("/annuaire/alliances.csv").streaming_content).decode()
    rows = {row["subject"]: row for row in csv.DictReader(io.StringIO(again))}
    trap = rows["'=1+1; « piège »"]
    assert (trap["outcome"], trap["odd"], trap["until"]) == ("'-2 lignes\nà la suite", "4 12", "2020")
    assert (trap["territory_code"], trap["partnership"], trap["source"]) == ("42", "mecenat", "'+Source")
    assert (rows["'Un atelier"]["territory_code"], trap["source_url"]) == ("42207", "https://a.fr/é")


def test_an_address_of_another_site_or_of_another_page_names_nothing_here(by, world, settings):
    one = AllianceFactory(first=world["gier"], second=world["eau"], subject="Un atelier")
    for address in (f"https://ailleurs.fr/annuaire/alliances/{one.pk}/", f"{settings.ORIGIN}/nulle-part", f"{settings.ORIGIN}/annuaire/", f"{settings.ORIGIN}/annuaire/alliances/{one.pk + 1}/"):  # fmt: skip
        run = sent(by, f"{HEAD};url\nTout autre chose;FdG;Eau vive;2019;{address}\n")
        assert counts(run) == (1, 0, 0, 0, 0)
    run = sent(by, f"{HEAD};url\nTout autre chose;FdG;Eau vive;2019;{settings.ORIGIN}{one.get_absolute_url()}\n")
    assert counts(run) == (0, 1, 0, 0, 0)


def test_the_same_number_in_a_file_of_another_producer_is_not_the_same_alliance(by, world):
    written(by, f"id;{HEAD}\n1;Un atelier;FdG;Eau vive;2019\n")
    text = f"id;{HEAD}\n1;Un jardin;Équipe du Pilat;Eau vive;2020\n"
    run = sent(by, text)
    assert counts(run) == (0, 0, 0, 0, 1)
    assert (
        "désigne déjà « Un atelier », entre « La Fabrique du Gier » et « Eau vive » : donnez la source"
        in reasons(run)[0]
    )
    assert counts(sent(by, text.replace("Un jardin", "Un atelier"))) == (0, 1, 0, 0, 0)
    assert counts(sent(by, text.replace("Équipe du Pilat", "FdG"))) == (0, 1, 0, 0, 0)
    assert counts(written(by, text, source_name="DDT, 2026")) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("known", "row", "duplicates"),
    [
        ({"since": 2015, "until": 2018}, "Un atelier partagé;FdG;Eau vive;2019;", Duplicates.SKIP),
        ({"since": 2019}, "Un atelier partage;FdG;Eau vive;2015;2017", Duplicates.MERGE),
    ],
)
def test_years_that_contradict_those_that_are_known_are_refused_at_the_dry_run(by, world, known, row, duplicates):
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Un atelier partagé", **known)
    run = sent(by, f"{HEAD};jusqu’à\n{row}\n")
    if duplicates != Duplicates.SKIP:
        run = imports.settle_duplicates(run, choice=duplicates, by=by, now=NOW)
    assert counts(run) == (0, 0, 0, 0, 1)
    assert f"depuis {known['since']}, jusqu’à {known.get('until', '…')}" in reasons(run)[0]


def test_two_rows_of_one_alliance_are_one_whatever_names_it(by, world):
    written(by, f"id;{HEAD}\n7;Un atelier;FdG;Eau vive;2019\n")
    text = f"id;{HEAD}\n7;Un jardin;FdG;Eau vive;2019\n9;Un jardin;FdG;Eau vive;2020\n"
    run = written(by, text)
    assert (counts(run), left(run)) == ((0, 1, 0, 1, 0), ["la même alliance que la ligne 2"])
    assert Alliance.objects.get().subject == "Un jardin"


def test_two_rows_that_fill_the_same_alliance_are_written_once(by, world):
    known = AllianceFactory(first=world["gier"], second=world["eau"], subject="Un atelier partagé")
    text = f"{HEAD};bilan\nUn atelier partage;FdG;Eau vive;2019;Un.\nUn atelier partagés;FdG;Eau vive;2019;Deux.\n"
    run = written(by, text, duplicates=Duplicates.MERGE)
    assert counts(run) == (0, 1, 0, 1, 0)
    assert "la même alliance que la ligne 2" in left(run)
    known.refresh_from_db()
    assert known.outcome == "Un."


def test_a_refused_row_does_not_hide_the_next_one(by, world):
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Un atelier", since=2015, until=2018)
    text = f"{HEAD};jusqu’à\nUn atelier;FdG;Eau vive;2019;\nUn atelier;FdG;Eau vive;2019;2020\n"
    assert counts(sent(by, text)) == (0, 1, 0, 0, 1)


def test_what_people_decide_while_rows_are_read_stays(by, world, settings):
    names = ("Éditée", "Masquée", "Refusée", "Confirmée", "Raccourcie")
    made = {name: AllianceFactory(first=world["gier"], second=world["eau"], subject=name, since=2015) for name in names}
    waits = AllianceFactory(
        first=world["gier"], second=world["team"], subject="En attente", state=AllianceState.DECLARED, confirmed_at=None
    )
    work = importer_of.AllianceImport(Importing(by_id=by.pk, now=NOW))
    row = {"first": "fabrique", "second": "eau-vive", "since": "2015", "outcome": "Du fichier."}
    for number, name in enumerate(names, 2):
        since = {"since": "2019"} if name == "Raccourcie" else {}
        assert work.apply(Row(number, {**row, "subject": name, **since})) == "updated"
    assert work.apply(Row(8, {**row, "subject": "Dite à l’instant"})) == "created"
    there = f"{settings.ORIGIN}{waits.get_absolute_url()}"
    assert work.apply(Row(9, {**row, "second": "pilat", "subject": "Autre objet", "url": there})) == "updated"
    Alliance.objects.filter(pk=made["Éditée"].pk).update(since=2010)
    services.hide_alliance(made["Masquée"], by=by, now=NOW)
    services.refuse_alliance(made["Refusée"], by=by, now=NOW)
    Alliance.objects.filter(pk=made["Raccourcie"].pk).update(until=2016)
    services.confirm_alliance(waits, by=by, now=NOW)
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Dite à l’instant", outcome="Ici.")
    work.write()
    said = dict(Alliance.objects.values_list("subject", "outcome"))
    assert said == {
        "Éditée": "Du fichier.", "Masquée": "", "Refusée": "", "Confirmée": "Du fichier.", "Raccourcie": "",
        "Dite à l’instant": "Ici.", "Autre objet": "Du fichier.",
    }  # fmt: skip
    made["Éditée"].refresh_from_db()
    made["Refusée"].refresh_from_db()
    waits.refresh_from_db()
    assert (made["Éditée"].since, made["Refusée"].state) == (2010, "refused")
    assert (waits.state, waits.confirmed_at) == ("declared", None)


def test_both_sides_are_told_of_what_a_public_source_shows_at_once(by, world):
    owners = {name: MemberFactory() for name in ("gier", "eau")}
    for name, owner in owners.items():
        type(world[name]).objects.filter(pk=world[name].pk).update(owner=owner)
    text = f"{HEAD};source_url;bilan\nUn atelier;FdG;Eau vive;2019;https://exemple.fr/bilan;\n"
    written(by, text)
    told = Notification.objects.filter(kind=services.KIND)
    assert {(row.person_id, row.title) for row in told} == {
        (owner.pk, "L’annuaire montre une alliance avec vous") for owner in owners.values()
    }
    written(by, text.replace("bilan;\n", "bilan;Un bilan.\n"))
    assert told.count() == 2


def test_what_was_begun_long_ago_is_exported_and_imported_again(by, world, client):
    AllianceFactory(first=world["gier"], second=world["eau"], subject="Une mutuelle", since=1852, until=1899)
    content = b"".join(client.get("/annuaire/alliances.csv").streaming_content)
    Alliance.objects.all().delete()
    assert counts(written(by, content)) == (1, 0, 0, 0, 0)
    one = Alliance.objects.get()
    assert (one.since, one.until) == (1852, 1899)


def test_an_import_writes_by_short_pieces(by, world, monkeypatch):
    monkeypatch.setattr(shared, "PIECE", 2)
    sizes = []
    write = services.write_imported
    monkeypatch.setattr(
        services, "write_imported", lambda plans, **told: sizes.append(len(plans)) or write(plans, **told)
    )
    text = f"{HEAD}\n" + "".join(f"Atelier {word};FdG;Eau vive;2019\n" for word in ("bois", "terre", "métal"))
    run = written(by, text)
    assert (counts(run), sizes) == ((3, 0, 0, 0, 0), [2, 1])
    imports.undo(run, by=by, now=NOW)
    assert not Alliance.objects.exists()


def test_what_goes_while_rows_are_read_is_left_and_what_is_erased_is_forgotten(by, world):
    gone = {"first_id": world["gier"].pk, "second_id": 999, "subject": "Un atelier", "since": 2019}
    plans = [importer_of.Plan(2, 999, {"since": 2000}), importer_of.Plan(3, 0, gone)]
    services.write_imported(plans, importing=Importing(by_id=by.pk, now=NOW))
    assert not Alliance.objects.exists()
    run = written(by, f"{HEAD}\nUn atelier;FdG;Eau vive;2019\n")
    services.delete_alliance(Alliance.objects.get(), by=by, now=NOW)
    assert not Change.objects.filter(run=run).exists()
