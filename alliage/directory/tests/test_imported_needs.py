"""Files of needs, offers and calls: the rules of those posted by hand, taken back, written out and brought in again."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import permissions
from alliage.directory.enums import NeedKind, NeedSide, NeedState, Visibility
from alliage.directory.importers import needs as importer_of
from alliage.directory.importers import shared
from alliage.directory.importers.kinds import NEEDS
from alliage.directory.models import Entry, Need, NeedAnswer
from alliage.directory.services import needs as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, NeedFactory, OrganisationFactory
from alliage.files.tests.factories import upload
from alliage.imports import services as imports
from alliage.imports.engine import Report, Row
from alliage.imports.enums import Duplicates, State
from alliage.imports.models import Change
from alliage.imports.registry import Importing
from alliage.notifications.models import Notification, OutgoingMail
from alliage.search.models import SearchChange
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
HEAD = "titre;nature;quoi;au nom de"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def by():
    return MemberFactory(role=Role.ANIMATOR)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def world():
    made = {
        "gier": OrganisationFactory(name="La Fabrique du Gier", slug="fabrique", other_names="FdG"),
        "eau": OrganisationFactory(name="Eau vive", slug="eau-vive"),
        "loire": TerritoryFactory(kind="departement", code="42", name="Loire", latitude=45.7, longitude=4.1),
    }
    for vocabulary, code in (
        (Vocabulary.ODD, "4"), (Vocabulary.ODD, "12"), (Vocabulary.PARTNERSHIPS, "mecenat"), (Vocabulary.LEVIERS, "confiance"),
    ):  # fmt: skip
        made[code] = TermFactory(vocabulary=vocabulary, code=code, label=f"Le mot {code}")
    return made


def sent(by, text, name="besoins.csv", **typed):
    content = text if isinstance(text, bytes) else text.encode()
    run = imports.receive(upload(content, name), kind=NEEDS, by=by, now=timezone.now())
    return imports.try_out(run, mapping={**run.mapping, **typed}, by=by, now=timezone.now())


def written(by, text, name="besoins.csv", duplicates=Duplicates.SKIP, **typed):
    run = sent(by, text, name, **typed)
    assert run.state == State.TRIED, run.error
    if duplicates != Duplicates.SKIP:
        run = imports.settle_duplicates(run, choice=duplicates, by=by, now=timezone.now())
    assert reasons(run) == []
    return imports.write(run, skip_refused=False, by=by, now=timezone.now())


def counts(run):
    told = Report.from_json(run.report)
    return told.created, told.updated, told.unchanged, told.skipped, told.refused_count


def reasons(run):
    return [refused.reason for refused in Report.from_json(run.report).refused]


def left(run):
    return [twin.like for twin in Report.from_json(run.report).duplicates]


def rows_of(run):
    return list(run.rows.order_by("number"))


def day(moment):
    return timezone.localdate(moment).isoformat()


def test_a_file_of_others_is_posted_in_the_name_of_organisations_nobody_holds(by, world, now):
    offered = NeedFactory(entry=world["eau"], side=NeedSide.OFFER, kind=NeedKind.PLACE, territory=world["loire"])
    holder = MemberFactory()
    type(world["eau"]).objects.filter(pk=world["eau"].pk).update(owner=holder)
    soon = now + timedelta(days=20)
    text = (
        f"{HEAD};description;territoire;jusqu'au;odd;levier;partenariat\n"
        f"Un  local;Besoin;lieu;FDG;Pour un atelier.;Loire;{day(soon)};4, 12;Le mot confiance;mecenat\n"
        f"Du temps;besoin;temps;https://exemple.fr/annuaire/organisations/fabrique/;;;{day(now + timedelta(days=400))};;;\n"
        "De l’argent;besoin;argent;fabrique;;;;;;\n"
    )
    run = written(by, text)
    assert counts(run) == (3, 0, 0, 0, 0)
    place, time, money = Need.objects.exclude(pk=offered.pk).order_by("pk")
    assert (place.title, place.side, place.kind, place.entry, place.author) == (
        "Un local",
        "besoin",
        "lieu",
        world["gier"],
        by,
    )
    assert (place.text, place.territory, place.partnership) == ("Pour un atelier.", world["loire"], world["mecenat"])
    assert {term.code for term in place.terms.all()} == {"4", "12", "confiance"}
    assert (place.state, place.email, place.seed) == ("open", "", "")
    assert timezone.localdate(place.expires_at) == timezone.localdate(soon)
    assert time.expires_at - time.opened_at == money.expires_at - money.opened_at == services.LASTS
    assert "fabrique du gier" in place.search_text
    assert [row.reason for row in rows_of(run)] == ["", "montrée 90 jours\u00a0: on pourra la prolonger", ""]
    assert not Notification.objects.filter(person=holder).exists()
    assert counts(sent(by, text)) == (0, 0, 3, 0, 0)


def test_who_may_post_for_whom(world):
    animator, member = MemberFactory(role=Role.ANIMATOR), MemberFactory()
    person, group = CatalystFactory(owner=member), OrganisationFactory()
    assert not permissions.can_post_for(animator, person)
    assert permissions.can_post_for(member, person)
    assert permissions.can_post_for(animator, group)
    assert not permissions.can_post_for(member, group)
    MembershipFactory(person=person, group=group, is_editor=True)
    assert permissions.can_post_for(member, group)
    assert not permissions.can_post_for(animator, group)
    assert not permissions.can_post_for(animator, OrganisationFactory(owner=member))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Un local;besoin;lieu;Nulle part", "n’est pas dans l’annuaire"),
        ("Un local;besoin;lieu;Tenue", "parle pour elle-même"),
        ("Un local;besoin;lieu;Camille Exemple", "parle pour elle-même"),
        ("Un local;besoin;lieu;Discrète", "n’est pas montrée à tous"),
        ("Un local;besoin;lieu;Cachée", "n’est pas dans l’annuaire"),
        ("Un local;besoin;lieu;FdG;Écrire à a@exemple.fr", "Retirez l’adresse électronique"),
        ("a@exemple.fr;besoin;lieu;FdG", "Retirez l’adresse électronique"),
        ("…;besoin;lieu;FdG", "ni lettre ni chiffre"),
        (f"{'x' * 141};besoin;lieu;FdG", "trop long"),
        (f"Un local;besoin;lieu;FdG;{'x' * 3001}", "trop long"),
        ("Un local;besoin;lieu;FdG;;2020-01-01", "est passé"),
        ("Un local;besoin;lieu;FdG;;bientôt", "n’est pas une date"),
        ("Un local;besoin;lieu;FdG;;;Ailleurs", "n’est pas connu"),
        ("Un local;besoin;bonheur;FdG", "n’est pas une valeur connue"),
        ("Un local;;lieu;FdG", "est vide"),
    ],
)
def test_a_refused_row_says_what_to_write_instead(by, world, row, reason):
    CatalystFactory(name="Camille Exemple")
    OrganisationFactory(name="Tenue", owner=MemberFactory())
    OrganisationFactory(name="Discrète", visibility=Visibility.MEMBERS)
    OrganisationFactory(name="Cachée", is_hidden=True)
    head = f"{HEAD};description;jusqu’au;territoire"
    run = sent(by, f"{head}\n{row}{';' * (head.count(';') - row.count(';'))}\n")
    assert counts(run) == (0, 0, 0, 0, 1), run.error
    assert reason in reasons(run)[0]


def test_an_import_that_nobody_asked_posts_nothing(world):
    work = importer_of.NeedImport(Importing(by_id=None, now=timezone.now()))
    assert "parle pour elle-même" in work._speaker(world["gier"].pk)[1]


def test_an_identifier_recognises_what_changed_and_undoing_puts_all_back(by, world, now):
    head = f"id;{HEAD};texte;territoire;partenariat;odd;jusqu’au"
    first = written(by, f"{head}\n7;Un local;besoin;lieu;FdG;Ici.;;;4;\n")
    one = Need.objects.get()
    assert (one.source_code, one.external_id) == ("file:need:import", "7")
    end = now + timedelta(days=30)
    text = f"{head}\n7;Deux locaux;offre;materiel;FdG;Là.;departement:42;mecenat;12;{day(end)}\n8;Du temps;besoin;temps;FdG;;;;;\n"
    run = written(by, text)
    assert counts(run) == (1, 1, 0, 0, 0)
    one.refresh_from_db()
    assert (one.title, one.side, one.kind, one.text) == ("Deux locaux", "offre", "materiel", "Là.")
    assert (timezone.localdate(one.expires_at), one.state) == (timezone.localdate(end), "open")
    assert [term.code for term in one.terms.all()] == ["12"]
    said = {name: (before, after) for name, before, after in rows_of(run)[0].changes}
    assert said["Nature"] == ("besoin", "offre")
    assert (said["ODD"], said["Territoire"]) == (("Le mot 4", "Le mot 12"), ("", "Loire (42)"))
    assert (said["Type de partenariat"], "Jusqu’au" in said) == (("", "Le mot mecenat"), True)
    assert counts(sent(by, text)) == (0, 0, 2, 0, 0)
    SearchChange.objects.all().delete()
    imports.undo(run, by=by, now=now)
    one.refresh_from_db()
    assert (one.title, one.side, one.territory, one.expires_at - one.opened_at) == (
        "Un local",
        "besoin",
        None,
        services.LASTS,
    )
    assert [term.code for term in one.terms.all()] == ["4"]
    assert SearchChange.objects.filter(kind="need", object_id=one.pk).exists()
    imports.undo(first, by=by, now=now)
    assert not Need.objects.exists()
    services.after_undo([("directory.Alliance", "1")], now)


def test_what_people_answered_is_not_taken_away_by_an_undoing(by, world, now):
    run = written(by, f"{HEAD}\nUn local;besoin;lieu;FdG\n")
    NeedAnswer.objects.create(need=Need.objects.get(), created_at=now)
    imports.undo(run, by=by, now=now)
    run.refresh_from_db()
    assert Need.objects.count() == 1
    assert "ajouté depuis" in run.undo_report["kept"][0][1]


def test_a_file_never_prolongs_and_never_opens_again(by, world, now):
    opened = now - timedelta(days=60)
    known = NeedFactory(entry=world["gier"], title="Un local", opened_at=opened)
    head = f"{HEAD};jusqu’au"
    assert counts(sent(by, f"{head}\nUn local;besoin;lieu;FdG;{day(now + timedelta(days=200))}\n")) == (0, 0, 1, 0, 0)
    assert counts(sent(by, f"{head}\nUn local;besoin;lieu;FdG;{day(opened)}\n")) == (0, 0, 1, 0, 0)
    written(by, f"{head}\nUn local;besoin;lieu;FdG;{day(now + timedelta(days=10))}\n")
    known.refresh_from_db()
    assert timezone.localdate(known.expires_at) == timezone.localdate(now + timedelta(days=10))
    written(by, f"{head}\nUn local;besoin;lieu;FdG;{day(now + timedelta(days=200))}\n")
    known.refresh_from_db()
    assert timezone.localdate(known.expires_at) == timezone.localdate(opened + services.LASTS)
    Need.objects.update(state=NeedState.EXPIRED)
    text = f"{head};texte\nUn local;besoin;lieu;FdG;{day(now + timedelta(days=10))};Toujours là.\n"
    assert counts(written(by, text)) == (0, 1, 0, 0, 0)
    known.refresh_from_db()
    assert (known.state, known.text) == ("expired", "Toujours là.")


def test_what_people_said_here_stays_as_it_is(by, world, now):
    held = OrganisationFactory(name="Tenue", owner=MemberFactory())
    NeedFactory(entry=held, title="Tenu")
    NeedFactory(entry=world["gier"], title="Abouti", state=NeedState.MET)
    NeedFactory(entry=world["gier"], title="Caché", is_hidden=True)
    text = f"{HEAD};texte\nTenu;besoin;lieu;Tenue;X\nAbouti;besoin;lieu;FdG;X\nCaché;besoin;lieu;FdG;X\n"
    run = sent(by, text)
    assert counts(run) == (0, 0, 0, 3, 0)
    assert [said.split("\u00a0")[-1] for said in left(run)] == [
        ": qui tient cette fiche publie ses annonces.", ": elle reste telle quelle", ": elle reste telle quelle",
    ]  # fmt: skip
    assert not Need.objects.exclude(text="").exists()


def test_two_rows_and_two_needs_are_never_confused(by, world):
    text = f"id;{HEAD}\n1;Un local;besoin;lieu;FdG\n1;Du temps;besoin;temps;FdG\n2;UN LOCAL;besoin;lieu;fabrique\n3;Un local;offre;lieu;FdG\n"
    run = written(by, text)
    assert counts(run) == (2, 0, 0, 2, 0)
    assert left(run) == ["la même annonce que la ligne 2"] * 2
    assert counts(sent(by, text)) == (0, 0, 2, 2, 0)


def test_what_looks_alike_is_for_the_person_to_decide(by, world):
    known = NeedFactory(entry=world["gier"], title="Un local pour un atelier", kind=NeedKind.TIME)
    text = f"{HEAD};texte;jusqu’au\nUn local pour l’atelier;besoin;lieu;FdG;Grand.;{day(timezone.now() + timedelta(days=3))}\n"
    run = sent(by, text)
    assert (counts(run), len(left(run))) == ((0, 0, 0, 1, 0), 1)
    before = known.expires_at
    written(by, text, duplicates=Duplicates.MERGE)
    known.refresh_from_db()
    assert (known.title, known.kind, known.text, known.expires_at) == (
        "Un local pour un atelier",
        "temps",
        "Grand.",
        before,
    )
    assert counts(written(by, text, duplicates=Duplicates.CREATE)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "name", ["besoins.csv", "besoins.csv?excel=1", "besoins.xlsx", "besoins.json", "besoins.geojson"]
)
def test_what_is_exported_is_imported_without_a_change_and_makes_an_empty_list_full_again(by, world, client, name, now):
    NeedFactory(
        entry=world["gier"], title="=1+1; « piège »", text="-2 lignes\nà la suite", territory=world["loire"], side=NeedSide.CALL,
        partnership=world["mecenat"], terms=[world["4"], world["confiance"]], opened_at=now - timedelta(days=10),
    )  # fmt: skip
    NeedFactory(entry=world["eau"], title="'Un local", opened_at=now, expires_at=now + timedelta(days=150))
    alone = NeedFactory(entry=None, name="Camille", email="secret@exemple.fr", token_digest="x" * 64, seed="x")
    content = b"".join(client.get(f"/annuaire/{name}").streaming_content)
    file = name.split("?", 1)[0]
    assert b"secret" not in content
    if file.endswith(".csv"):
        assert "'=1+1" in content.decode()
    run = sent(by, content, file)
    assert (counts(run), reasons(run)) == ((0, 0, 3, 0, 0), [])
    assert "Camille" not in {row.label for row in rows_of(run)}
    Need.objects.all().delete()
    run = sent(by, content, file)
    assert (counts(run), "Publiée sans compte" in reasons(run)[0]) == ((2, 0, 0, 0, 1), True)
    imports.write(run, skip_refused=True, by=by, now=now)
    run = sent(by, content, file)
    assert counts(run) == (0, 0, 2, 0, 1)
    again = b"".join(client.get("/annuaire/besoins.csv").streaming_content).decode()
    rows = {row["title"]: row for row in csv.DictReader(io.StringIO(again))}
    trap = rows["'=1+1; « piège »"]
    assert (trap["text"], trap["odd"], trap["leviers"], trap["side"]) == (
        "'-2 lignes\nà la suite",
        "4",
        "confiance",
        "appel",
    )
    assert (trap["territory_code"], trap["by_slug"]) == ("42", "fabrique")
    assert trap["expires_on"] == (now + timedelta(days=80)).date().isoformat()
    assert alone.title not in rows


def test_what_somebody_posted_without_an_account_is_nobody_elses(by, world, settings):
    alone = NeedFactory(
        entry=None, name="Camille", email="a@exemple.fr", token_digest="x" * 64, seed="x", title="Un local"
    )
    text = (
        f"{HEAD};texte;by_slug;url\nUn local;besoin;lieu;Camille;Autre.;;{settings.ORIGIN}{alone.get_absolute_url()}\n"
    )
    run = sent(by, text)
    assert (counts(run), rows_of(run)[0].label) == ((0, 0, 0, 1, 0), "annonce publiée sans compte")
    alone.refresh_from_db()
    assert alone.text == ""


def test_a_file_never_makes_another_entry_say_what_one_said(by, world, settings):
    one = NeedFactory(entry=world["gier"], title="Un local")
    address = f"{settings.ORIGIN}{one.get_absolute_url()}"
    run = sent(by, f"{HEAD};texte;url\nUn local;besoin;lieu;Eau vive;Autre.;{address}\n")
    assert counts(run) == (0, 0, 0, 0, 1)
    assert "au nom de « La Fabrique du Gier » : une annonce ne change pas de fiche" in reasons(run)[0]
    run = sent(by, f"{HEAD};texte;by_slug;url\nUn local;besoin;lieu;FdG;Autre.;eau-vive;{address}\n")
    assert counts(run) == (0, 0, 0, 0, 1)
    assert counts(written(by, f"{HEAD};texte;url\nUn local;besoin;lieu;FdG;Autre.;{address}\n")) == (0, 1, 0, 0, 0)
    one.refresh_from_db()
    assert (one.entry, one.text) == (world["gier"], "Autre.")


def test_the_same_number_in_a_file_of_another_producer_is_not_the_same_need(by, world, now):
    written(by, f"id;{HEAD}\n1;Un local;besoin;lieu;FdG\n")
    text = f"id;{HEAD}\n1;De l’eau;offre;materiel;Eau vive\n"
    run = sent(by, text)
    assert counts(run) == (0, 0, 0, 0, 1)
    assert (
        "Cet identifiant désigne déjà « Un local », au nom de « La Fabrique du Gier » : donnez la source"
        in reasons(run)[0]
    )
    assert "n’est pas dans l’annuaire" in reasons(sent(by, text.replace("Eau vive", "Nulle part")))[0]
    assert counts(written(by, text, source_name="DDT, 2026")) == (1, 0, 0, 0, 0)
    assert set(Need.objects.values_list("title", "source_code")) == {
        ("Un local", "file:need:import"), ("De l’eau", "file:need:ddt-2026"),
    }  # fmt: skip


def test_two_rows_of_one_need_are_one_whatever_names_it(by, world):
    written(by, f"id;{HEAD}\n7;Un local;besoin;lieu;FdG\n")
    text = f"id;{HEAD}\n7;Un jardin;besoin;lieu;FdG\n9;Un jardin;besoin;lieu;FdG\n"
    run = written(by, text)
    assert (counts(run), left(run)) == ((0, 1, 0, 1, 0), ["la même annonce que la ligne 2"])
    assert Need.objects.get().title == "Un jardin"


def test_two_needs_of_the_same_title_stay_two(by, world, settings):
    pair = [NeedFactory(entry=world["gier"], title="Un local") for _ in range(2)]
    rows = "".join(f"Un local;besoin;lieu;FdG;Le {one.pk};{settings.ORIGIN}{one.get_absolute_url()}\n" for one in pair)
    assert counts(written(by, f"{HEAD};texte;url\n{rows}")) == (0, 2, 0, 0, 0)
    assert [one.text for one in Need.objects.order_by("pk")] == [f"Le {one.pk}" for one in pair]


def test_two_rows_that_fill_the_same_need_are_written_once(by, world):
    known = NeedFactory(entry=world["gier"], title="Un local pour un atelier")
    text = f"{HEAD};texte\nUn local pour l’atelier;besoin;lieu;FdG;Grand.\nUn local pour un  ateliers;besoin;lieu;FdG;Petit.\n"
    run = written(by, text, duplicates=Duplicates.MERGE)
    assert counts(run) == (0, 1, 0, 1, 0)
    assert "la même annonce que la ligne 2" in left(run)
    known.refresh_from_db()
    assert known.text == "Grand."


def test_a_refused_row_does_not_hide_the_next_one(by, world):
    text = f"{HEAD};jusqu’au\nUn local;besoin;lieu;FdG;2020-01-01\nUn local;besoin;lieu;FdG;\n"
    assert counts(sent(by, text)) == (1, 0, 0, 0, 1)


def test_an_import_writes_by_short_pieces_and_tells_nobody_of_what_answers_what(by, world, now, monkeypatch):
    monkeypatch.setattr(shared, "PIECE", 2)
    world["eau"].owner = MemberFactory()
    world["eau"].save()
    NeedFactory(entry=world["eau"], side=NeedSide.OFFER, kind=NeedKind.PLACE)
    NeedFactory(
        entry=None, name="Camille", email="a@exemple.fr", token_digest="x" * 64, seed="x", side=NeedSide.OFFER, kind=NeedKind.PLACE,
    )  # fmt: skip
    words = ("rouge", "verte", "haute", "basse", "ronde")
    text = f"{HEAD};texte\n" + "".join(f"Une salle {word};besoin;lieu;FdG;{word}\n" for word in words)
    sizes = []
    write = services.write_imported
    monkeypatch.setattr(
        services, "write_imported", lambda plans, **told: sizes.append(len(plans)) or write(plans, **told)
    )
    run = written(by, text)
    assert (counts(run), sizes) == ((5, 0, 0, 0, 0), [2, 2, 1])
    assert counts(written(by, text.replace(";ronde", ";large"))) == (0, 1, 4, 0, 0)
    assert not Notification.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert Entry.objects.get(pk=world["gier"].pk).edition > Entry.objects.get(pk=world["eau"].pk).edition


def test_what_people_do_while_rows_are_read_stays(by, world, now):
    words = ("Un local", "Du temps", "De l’argent", "Un avis")
    edited, hidden, ended, held = (
        NeedFactory(entry=world["eau"] if word == "Un avis" else world["gier"], title=word, terms=[world["confiance"]])
        for word in words
    )
    work = importer_of.NeedImport(Importing(by_id=by.pk, now=now))
    for number, one in enumerate((edited, hidden, ended, held), 2):
        values = {
            "title": one.title,
            "side": one.side,
            "kind": one.kind,
            "by": one.entry.slug,
            "text": "Du fichier.",
            "odd": "4",
        }
        assert work.apply(Row(number, values)) == "updated"
    assert work.apply(Row(9, {"title": "Nouveau", "side": "besoin", "kind": "lieu", "by": "eau-vive"})) == "created"
    Need.objects.filter(pk=edited.pk).update(title="Deux locaux", state=NeedState.EXPIRED)
    edited.terms.set([world["4"]])
    services.hide_need(hidden, by=by, now=now)
    services.close_need(ended, now=now)
    world["eau"].owner = MemberFactory()
    world["eau"].save()
    work.write()
    edited.refresh_from_db()
    assert (edited.title, edited.text, "deux locaux" in edited.search_text) == ("Deux locaux", "Du fichier.", True)
    assert [term.code for term in edited.terms.all()] == ["4"]
    for one in (hidden, ended, held):
        one.refresh_from_db()
        assert one.text == ""
    assert (hidden.is_hidden, ended.state) == (True, "closed")
    assert not Need.objects.filter(title="Nouveau").exists()


def test_the_reminder_of_the_night_is_not_a_change_that_somebody_made(by, world, now):
    head = f"{HEAD};jusqu’au;texte"
    first = written(by, f"{head}\nUn local;besoin;lieu;FdG;{day(now + timedelta(days=5))};\n")
    run = written(
        by, f"{head}\nUn local;besoin;lieu;FdG;;Grand.\nDu temps;besoin;temps;FdG;{day(now + timedelta(days=5))};\n"
    )
    services.tend_needs(now)
    assert Need.objects.exclude(reminded_at=None).count() == 2
    imports.undo(run, by=by, now=now)
    assert [(one.title, one.text) for one in Need.objects.all()] == [("Un local", "")]
    imports.undo(first, by=by, now=now)
    assert not Need.objects.exists()


def test_what_goes_while_rows_are_read_is_left_and_what_is_erased_is_forgotten(by, world, now):
    work = importer_of.NeedImport(Importing(by_id=by.pk, now=now))
    work.plans = [importer_of.Plan(2, 999, world["gier"].pk, {"title": "Un local"}), importer_of.Plan(3, 0, 999, {})]
    work.write()
    assert not Need.objects.exists()
    run = written(by, f"{HEAD}\nUn local;besoin;lieu;FdG\n")
    services.erase_need(Need.objects.get(), now=now)
    assert not Change.objects.filter(run=run).exists()
