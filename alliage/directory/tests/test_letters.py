"""The letter of a territory and the printed directory: what everyone may read, on paper."""

import csv
import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from alliage.directory import letters, printed
from alliage.directory.enums import Visibility
from alliage.directory.models import EntryArea
from alliage.directory.registry import LetterPart, letter_parts
from alliage.directory.services import rebuilt
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, OrganisationFactory
from alliage.directory.views import letters as views
from alliage.territories.enums import Kind
from alliage.territories.snapshot import forget, snapshot
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    printed.shelf.clear()


@pytest.fixture
def land():
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    loire = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region)
    town = TerritoryFactory(
        kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", departement=loire, region=region, population=173_136
    )
    other = TerritoryFactory(
        kind=Kind.COMMUNE, code="42187", name="Roanne", departement=loire, region=region, population=170_000
    )
    forget()
    return {"84": region, "42": loire, "42218": town, "42187": other}


def acting(area, **values):
    entry = CatalystFactory(**values)
    EntryArea.objects.create(entry=entry, territory=area)
    rebuilt()
    return entry


def text_of(answer):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def test_the_letter_says_who_can_help_why_and_how_to_ask(client, land):
    acting(
        land["42"], name="Anne Martin", function="Animatrice", phone="0102030405", phone_visibility=Visibility.PUBLIC
    )
    answer = client.get("/annuaire/lettres/commune/42218.pdf")
    text = text_of(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert "Qui peut aider à Saint-Étienne" in text
    assert "Anne Martin" in text
    assert "Agit dans la Loire" in text
    assert "01 02 03 04 05" in text
    assert "Demander de l’aide" in text
    assert "lieu=commune:42218" in text.replace(" ", "")
    assert "Roanne" in text
    assert "1 fiche dans l’annuaire" in text


def test_the_address_of_the_letter_opens_the_page_with_the_territory(client, land):
    """The one of the code, the link and the mail merge; and the one of letters printed before."""
    path = letters.find_url(land["42218"]).partition("/annuaire/")[2]
    (row,) = list(letters.merge_rows([snapshot().by_code[("commune", "42218")]]))
    assert path in row[letters.COLUMNS.index("ask_url")]
    for address in (f"/annuaire/{path}", "/annuaire/trouver/?territoire=commune:42218"):
        html = client.get(address).content.decode()
        assert "Trouver un catalyseur à Saint-Étienne" in html
        assert 'name="lieu" value="commune:42218"' in html or "lieu=commune:42218" in html
    other = client.get("/annuaire/trouver/?territoire=commune:42218&lieu=commune:42187").content.decode()
    assert "Trouver un catalyseur à Roanne" in other


def test_the_letter_is_two_tagged_pages_even_when_everything_is_long(client, land):
    for rank in range(12):
        acting(land["42218"], name=f"Une personne au nom assez long {rank}", function="Une fonction assez longue " * 4)
        AllianceFactory(territory=land["42"], subject=f"Objet {rank}", outcome="Un résultat. " * 8)
    reader = PdfReader(io.BytesIO(client.get("/annuaire/lettres/commune/42218.pdf").content))
    assert len(reader.pages) == 2
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_whatever_is_said_the_letter_is_two_pages(land, monkeypatch):
    long = {
        "title": "Un titre " * 20,
        "items": [{"name": "Nom " * 40, "what": "Dit " * 300, "url": "https://exemple.fr"}] * 9,
    }
    monkeypatch.setattr(letters, "letter_parts", [LetterPart(f"essai.{n}", n, lambda _place: long) for n in range(4)])
    for rank in range(6):
        acting(
            land["42218"], name="Prénom " * 28, function="W" * 150, phone="0102030405",
            phone_visibility=Visibility.PUBLIC,
        )  # fmt: skip
        AllianceFactory(territory=land["42"], subject=f"Objet {rank} " * 15, outcome="Un résultat. " * 200)
    assert len(PdfReader(io.BytesIO(letters.letter(land["42218"], now=timezone.now()))).pages) == 2


def test_a_document_is_made_once_until_the_directory_changes(client, land, monkeypatch):
    made = []
    monkeypatch.setattr(letters.pdf, "document", lambda *_args, **_kwargs: made.append(1) or b"%PDF")
    for _again in range(3):
        answer = client.get("/annuaire/lettres/commune/42218.pdf")
    assert answer["Cache-Control"] == "max-age=300, public"
    assert len(made) == 1
    client.get("/annuaire/a-imprimer/region/84.pdf")
    assert len(made) == 2
    acting(land["42"], name="Anne Martin")
    client.get("/annuaire/lettres/commune/42218.pdf")
    assert len(made) == 3


def test_too_many_documents_wait_what_is_kept_does_not(client, land, monkeypatch):
    monkeypatch.setattr(views, "PER_PERSON", "1/10m")
    monkeypatch.setattr(views, "MERGES_PER_PERSON", "1/10m")
    addresses = ("lettres/commune/42218.pdf", "lettres/commune/42187.pdf", "lettres/commune/42218.pdf")
    assert [client.get(f"/annuaire/{address}").status_code for address in addresses] == [200, 429, 200]
    answers = [client.get("/annuaire/lettres/departement/42.csv") for _again in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Retry-After" in answers[1]
    assert "Les prochains seront prêts" in answers[1].text


def test_the_documents_read_last_are_kept():
    shelf = printed.Shelf(most_bytes=10)
    shelf.put(("a",), b"1234")
    shelf.put(("b",), b"1234")
    assert shelf.get(("a",)) == b"1234"
    shelf.put(("c",), b"1234")
    assert shelf.get(("b",)) is None
    shelf.put(("a",), b"123456")
    assert (shelf.get(("a",)), shelf.get(("c",))) == (b"123456", b"1234")
    shelf.put(("d",), b"12345678901")
    assert shelf.get(("d",)) is None


def test_a_document_that_somebody_just_made_is_not_made_again(land):
    now, key = timezone.now(), ("letter", "commune", "42218")
    assert printed.made(key, lambda: b"1", now=now) == b"1"
    assert printed.made(key, lambda: b"2", now=now) == b"1"


def test_the_booklet_and_the_merge_ask_as_many_questions_for_twelve_as_for_two(land, django_assert_max_num_queries):
    for rank in range(12):
        acting(land["42218"], name=f"Personne {rank}", function="Animatrice")
        TerritoryFactory(kind=Kind.COMMUNE, code=f"423{rank:02}", departement=land["42"], region=land["84"])
    forget()
    letters.booklet(land["84"], now=timezone.now())
    with django_assert_max_num_queries(9):
        letters.booklet(land["84"], now=timezone.now())
    places = list(snapshot().communes_of[land["42"].id])
    with django_assert_max_num_queries(3):
        assert len(list(letters.merge_rows(places))) > 10


def test_a_booklet_says_what_it_leaves_out(land, monkeypatch):
    monkeypatch.setattr(letters, "MOST_IN_A_BOOKLET", 1)
    for rank in range(3):
        acting(land["42"], name=f"Personne {rank}")
    pages = PdfReader(io.BytesIO(letters.booklet(land["84"], now=timezone.now()))).pages
    assert "2 autres fiches" in " ".join(page.extract_text() for page in pages)


def test_a_booklet_begins_with_those_of_the_place(land):
    away = TerritoryFactory(kind=Kind.DEPARTEMENT, code="01", name="Ain d’ailleurs", region=None)
    acting(land["42"], name="Quelqu’un d’ailleurs", territory=away, place_precision="seat")
    acting(land["42"], name="Quelqu’un d’ici")
    pages = PdfReader(io.BytesIO(letters.booklet(land["84"], now=timezone.now()))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert text.index("Quelqu’un d’ici") < text.index("Ain d’ailleurs") < text.index("Quelqu’un d’ailleurs")


def test_the_letter_tells_nothing_that_its_owner_keeps(client, land):
    for visibility in (Visibility.MEMBERS, Visibility.NOBODY):
        acting(land["42"], name="Secret nom", visibility=visibility)
        acting(
            land["42"], name="Visible", function="Secret métier", function_visibility=visibility, phone="0699999999",
            phone_visibility=visibility,
        )  # fmt: skip
    acting(land["42"], name="Secret masqué", is_hidden=True)
    for address in ("lettres/commune/42218.pdf", "a-imprimer/region/84.pdf"):
        text = text_of(client.get(f"/annuaire/{address}"))
        assert "Visible" in text
        assert "Secret" not in text
        assert "06 99" not in text
    assert b"Secret" not in client.get("/annuaire/lettres/departement/42.csv").getvalue()


def test_a_letter_where_nobody_acts_says_what_to_do(client, land, settings):
    settings.NETWORK_PHONE = "+262 262 00 00 00"
    settings.DEMO = True
    text = text_of(client.get("/annuaire/lettres/commune/42218.pdf"))
    assert "Personne n’est encore connu" in text
    assert "+262 262 00 00 00" in text
    assert "pas encore de fiche" in text
    assert "fictives" in text


def test_upper_functions_add_their_parts(land, monkeypatch):
    part = {
        "title": "Prochaines dates",
        "items": [{"name": "Webinaire", "what": "12 mars", "url": "https://exemple.fr"}],
    }
    added = [
        LetterPart("essai.dates", 1, lambda _territory: part),
        LetterPart("essai.rien", 2, lambda _territory: None),
    ]
    monkeypatch.setattr(letters, "letter_parts", [*letter_parts, *added])
    content = letters.content(land["42218"], today=timezone.now().date())
    assert content["parts"] == [part]
    assert b"%PDF" in letters.letter(land["42218"], now=timezone.now())


def test_the_mail_merge_has_a_line_for_each_commune_and_intercommunality(client, land, django_assert_max_num_queries):
    epci = TerritoryFactory(kind=Kind.EPCI, code="200000001", name="Loire Forez")
    TerritoryFactory(
        kind=Kind.COMMUNE, code="42147", name="Montbrison", departement=land["42"], epci=epci, population=1
    )
    forget()
    acting(land["42218"], name="Anne Martin", function="Animatrice")
    acting(land["42218"], name="Bruno", function="Cachée", function_visibility=Visibility.NOBODY)
    client.get("/annuaire/lettres/departement/42.csv").getvalue()
    with django_assert_max_num_queries(12):
        rows = list(csv.DictReader(io.StringIO(client.get("/annuaire/lettres/departement/42.csv").getvalue().decode())))
    assert [row["code"] for row in rows] == ["200000001", "42147", "42187", "42218"]
    assert rows[3]["first_name"] == "Anne Martin"
    assert rows[3]["first_function"] == "Animatrice"
    assert (rows[3]["second_name"], rows[3]["second_function"]) == ("Bruno", "")
    assert rows[3]["letter_url"].endswith("/annuaire/lettres/commune/42218.pdf")
    only = client.get("/annuaire/lettres/departement/42.csv?nature=epci").getvalue().decode()
    assert only.count("\r\n") == 2


def test_the_printed_directory_is_ordered_by_departement(client, land):
    acting(land["84"], name="De la région")
    acting(land["42"], name="Partout", is_national=True)
    acting(land["42218"], name="De la ville", territory=land["42218"], place_precision="seat", phone="123")
    OrganisationFactory(name="Sans rien", territory=land["42187"], place_precision="seat")
    OrganisationFactory(name="Nationale", is_national=True)
    rebuilt()
    text = text_of(client.get("/annuaire/a-imprimer/region/84.pdf"))
    assert text.index("De la région") < text.index("De la ville") < text.index("Nationale")
    assert "toute la France" in text
    assert "Sans lieu précisé" in text


def test_an_empty_region_says_so(client, land):
    assert "Personne n’est encore connu ici" in text_of(client.get("/annuaire/a-imprimer/region/84.pdf"))


@pytest.mark.parametrize(
    "path",
    [
        "lettres/commune/00000.pdf", "lettres/departement/42.pdf", "a-imprimer/commune/42218.pdf",
        "lettres/departement/00.csv", "lettres/region/84.csv",
    ],
)  # fmt: skip
def test_what_is_not_printed_is_not_found(client, land, path):
    assert client.get(f"/annuaire/{path}").status_code == 404


def test_territory_pages_lead_to_what_can_be_printed(client, land):
    assert "/annuaire/lettres/commune/42218.pdf" in client.get("/territoires/commune/42218/").text
    assert "/annuaire/a-imprimer/departement/42.pdf" in client.get("/territoires/departement/42/").text
    custom = TerritoryFactory(kind=Kind.CUSTOM, code="pays")
    assert "À imprimer" not in client.get(custom.get_absolute_url()).text
    assert "Auvergne-Rhône-Alpes" in client.get("/annuaire/a-imprimer/").text
