"""A file as open data gives them: Windows encoding, semicolons, odd columns, missing coordinates, rows twice.

Every organisation is invented (démonstration). `tests/heavy/test_open_data.py` does the same with a real file.
"""

import csv
import io

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.models import Entry
from alliage.directory.tests.open_data import body, counts, travelled, tried
from alliage.imports.mapping import answers
from alliage.imports.models import ImportRun
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

FILE = """\
Réf.;Lib_Structure;Statut juridique;Adr. complète;Cd postal;COMMUNE D’IMPLANTATION;Y_WGS84;X_WGS84;Tél. accueil;Mel;Observations
TL-001;La Fabrique du Gier;Asso loi 1901;12 rue Haute;42400;SAINT CHAMOND;45,4761;4,5162;04 77 00 00 01;;ouvert le soir
TL-002;L’Épicerie d’en bas;Asso loi 1901;3 place du Marché;42400;St-Chamond;;;;contact@epicerie.exemple.fr;
TL-003;Café « Chez nous »;SCIC;;42000;SAINT-ETIENNE CEDEX 2;;;0477000003;;
TL-004;Le Fournil partagé;Asso loi 1901;4 rue Basse;42100;Saint-Étienne;45,43;4,39;;;
TL-005;Maison des cœurs;Asso loi 1901;;42000;SAINT-ETIENNE;;;NC;néant;
TL-006;Atelier vélo – Gier;Asso loi 1901;;42400;SAINT CHAMOND;45,475;4,51;;;
TL-007;Ressourcerie l’Écho;SCIC;;69001;LYON;45,767;4,834;;;
TL-008;Le Comptoir du Rhône;SCIC;;69002;LYON;;;;;
TL-009;Jardin des voisins;Asso loi 1901;;69003;Lyon 3e arrondissement;;;;;
TL-010;Bibliothèque d’objets;Asso loi 1901;;69007;LYON;45,75;4,84;;;
TL-011;La Case à outils;Asso loi 1901;;97400;SAINT-DENIS;-20,88;55,45;0262 00 00 11;;
TL-012;Kafé kréol;SCIC;;97490;Sainte-Clotilde;;;;;
TL-013;La Halle aux idées;Commune;;42400;SAINT CHAMOND;45,47;4,52;;;
TL-014;Point numérique;Commune;;42000;SAINT-ETIENNE;;;;;
TL-015;Espace Jules;Commune;;69005;LYON;;;;;
TL-016;Le Grand Atelier;Asso loi 1901;;42100;SAINT ETIENNE;45,44;4,40;;;
TL-017;Cuisine commune;Asso loi 1901;;42400;ST CHAMOND;;;;;
TL-018;Radio des collines;Asso loi 1901;;42400;Saint Chamond;;;;;
TL-019;La Navette;SCIC;;42000;Saint Etienne;;;;;
TL-020;Bureau du bout;SCIC;;69009;Lyon;45,77;4,80;;;
;La Fabrique du Gier;Asso loi 1901;12 rue Haute;42400;SAINT CHAMOND;45,4761;4,5162;04 77 00 00 01;;ouvert le soir
;FABRIQUE DU GIER (LA);Asso loi 1901;;42400;Saint-Chamond;;;;;
TL-004;Le Fournil partagé;Asso loi 1901;4 rue Basse;42100;Saint-Étienne;45,43;4,39;;;
TL-022;Coordonnées échangées;Asso loi 1901;;42400;SAINT CHAMOND;4,51;45,47;;;
TL-023;À Biarritz;Asso loi 1901;;42400;SAINT CHAMOND;43,482651;-1,553713;;;
TL-024;En Lambert;Asso loi 1901;;42400;SAINT CHAMOND;6486000,5;812000,3;;;
TL-025;Sans longitude;Asso loi 1901;;42400;SAINT CHAMOND;45,47;;;;
TL-026;Commune inconnue;Asso loi 1901;;42400;SAINT CHAMP;;;;;
TL-027;Saint-Denis, lequel;Asso loi 1901;;;SAINT-DENIS;;;;;
TL-028;Adresse fausse;Asso loi 1901;;69001;LYON;;;;pas-une-adresse;
TL-029;;Asso loi 1901;;69001;LYON;;;;;
"""
WORDS = {"Asso loi 1901": "association", "SCIC": "entreprise", "Commune": "collectivite"}
BY_HAND = {"external_id": "Réf.", "email": "Mel"}


@pytest.fixture
def animator(client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    loire = TerritoryFactory(kind="departement", code="42", name="Loire")
    rhone = TerritoryFactory(kind="departement", code="69", name="Rhône")
    reunion = TerritoryFactory(kind="departement", code="974", name="La Réunion")
    for code, name, postal_codes, latitude, longitude, around in (
        ("42207", "Saint-Chamond", "42400", 45.4752, 4.5152, loire),
        ("42044", "Chagnon", "42400 42800", 45.53, 4.56, loire),
        ("42218", "Saint-Étienne", "42000 42100", 45.4339, 4.39, loire),
        ("69123", "Lyon", " ".join(f"6900{rank}" for rank in range(1, 10)), 45.758, 4.835, rhone),
        ("97411", "Saint-Denis", "97400 97490", -20.8789, 55.4481, reunion),
        ("93066", "Saint-Denis", "93200", 48.936, 2.357, None),
    ):
        TerritoryFactory(
            code=code, name=name, postal_codes=postal_codes, latitude=latitude, longitude=longitude, departement=around, precision="exact"
        )  # fmt: skip
    for code, label in (("association", "Association"), ("entreprise", "Entreprise"), ("collectivite", "Collectivité")):
        TermFactory(code=code, label=label)
    person = MemberFactory(role="animator")
    client.force_login(person)
    return person


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILE), delimiter=";"))


def content() -> bytes:
    return FILE.replace("\n", "\r\n").encode("cp1252")


def test_a_file_of_windows_with_odd_columns_travels_without_a_loss(client, animator):
    figures = travelled(client, content(), rows(), "tiers-lieux démonstration.csv", WORDS, **BY_HAND)
    assert (figures.rows, figures.created, figures.skipped) == (31, 20, 3)
    assert figures.refused.total() == 8
    assert Entry.objects.count() == 20
    shop = Entry.objects.get(name="L’Épicerie d’en bas")
    assert (shop.territory.code, shop.latitude, shop.place_precision, shop.email, shop.category.code) == (
        "42207", None, "seat", "contact@epicerie.exemple.fr", "association",
    )  # fmt: skip
    assert Entry.objects.get(name="Maison des cœurs").phone == ""
    assert Entry.objects.get(name="Kafé kréol").territory.code == "97411"
    assert "20 created, 3 left aside as duplicates, 8 refused" in str(figures)


def test_every_refused_row_says_what_to_write_and_every_duplicate_what_it_resembles(client, animator):
    run = tried(client, content(), "tiers-lieux.csv", WORDS, **BY_HAND)
    told = {row.number: (row.outcome, row.reason) for row in run.rows.all()}
    for number, word in {
        25: "échangées", 26: "km de Saint-Chamond", 27: "Lambert", 28: "Il manque", 29: "SAINT CHAMP", 30: "plusieurs communes",
        31: "pas une adresse e-mail", 32: "est vide",
    }.items():  # fmt: skip
        assert told[number][0] == "refused"
        assert word in told[number][1]
    for number in (22, 23, 24):
        assert told[number][0] == "skipped"
    assert "La Fabrique du Gier" in told[22][1]
    assert "ligne 5" in told[24][1]
    assert counts(run) == (20, 0, 0, 3, 8)


def test_what_the_columns_hold_is_guessed_from_their_names_and_cells_and_the_rest_is_said(client, animator):
    from alliage.files.tests.factories import upload

    sent = client.post("/imports/nouveau/directory.organisation/", {"file": upload(content(), "f.csv")})
    run = ImportRun.objects.get()
    guessed = answers(run.mapping)
    assert {guessed.get(code) for code in ("name", "latitude", "longitude")} == {"Lib_Structure", "Y_WGS84", "X_WGS84"}
    assert guessed["territory_name"] == "COMMUNE D’IMPLANTATION"
    page = body(client.get(sent["Location"])).decode()
    assert "Observations" in page.split("Colonnes qui ne seront pas reprises")[1].split("</ul>")[0]


PREFIXED = """\
nom;structure_porteuse;siret;adresse_numero;adresse_rue;adresse_code_postal;adresse_code_insee;adresse_commune;adresse_departement;latitude;longitude;itinerant;en_ligne;contact_telephone
Bibliothèque;;;;le village;69001;;LYON;Rhône;45.767;4.834;;Non;
Bibliothèque;;;4;rue Basse;42400;42207;SAINT-CHAMOND;Loire;45.4761;4.5162;;Non;04 77 00 00 01
Centre social;;;8;rue Haute;42000;;SAINT-ETIENNE;Loire;45.43;4.39;;Oui;
"""


def test_columns_that_say_first_of_what_they_are_the_commune_are_found(client, animator):
    run = tried(client, PREFIXED.encode("cp1252"), "lieux.csv")
    guessed = answers(run.mapping)
    place = {"postal_code": "adresse_code_postal", "insee": "adresse_code_insee", "territory_name": "adresse_commune"}
    assert guessed.items() >= {**place, "departement": "adresse_departement", "phone": "contact_telephone"}.items()
    assert guessed["address"] == "adresse_rue"
    assert "function" not in guessed  # « en_ligne », oui or non, is not « en une ligne »
    assert counts(run) == (3, 0, 0, 0, 0)  # two libraries of the same name, each in its commune
