"""What the redaction assistant finds in a text, what it leaves, and what is written instead. No database."""

import pytest

from alliage.codev import masking
from alliage.codev.masking import Names
from alliage.codev.session_enums import Masked


@pytest.fixture
def names():
    found = Names()
    found.add_person("Ahmed Diallo", is_close=True)
    found.add_person("Rose Martin", is_close=True)
    found.add_person("Jeanne de La Tour")
    found.add_person("Zoé Petit")
    found.add_person("Madonna", is_close=True)
    found.add("Association Les Colibris", Masked.ORGANISATION)
    found.add("Ensemble", Masked.ORGANISATION)
    for place in ("Saint-Étienne", "Étienne", "L’Isle-Jourdain", "Le Mans", "Mer", "La Réunion", "Sartilly", "Eu"):
        found.add(place, Masked.PLACE, instead="une commune")
    return found


def found_in(text, names):
    return [each.text for each in masking.findings([text], names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J’en ai parlé à Ahmed Diallo hier.", ["Ahmed Diallo"]),
        ("DIALLO Ahmed a répondu", ["DIALLO Ahmed"]),
        ("ahmed puis diallo", ["ahmed", "diallo"]),
        ("Mme de La Tour, et M. Petit", ["Tour", "Petit"]),
        ("un petit groupe fait le tour", []),
        ("Rose est venue, une rose à la main", ["Rose"]),
        ("La mairie de saint etienne", ["saint etienne"]),
        ("La mairie de St-Étienne", ["St-Étienne"]),
        ("La mairie de St. Étienne", ["St. Étienne"]),
        ("À Étienne seul", ["Étienne"]),
        ("Près de l’Isle-Jourdain", ["l’Isle-Jourdain"]),
        ("Nous allons au Mans", ["Mans"]),
        ("Mer calme. Mer agitée\nMer d’huile", []),
        ("Le maire de Mer est venu au bord de la mer", ["Mer"]),
        ("J’ai eu la mairie d’Eu, eu vite", ["Eu"]),
        ("l’association les colibris nous aide", ["association les colibris"]),
        ("Nous faisons ensemble ; Ensemble nous aide", ["Ensemble"]),
        ("Madonna est là", ["Madonna"]),
        ("Écrire à ahmed.diallo@exemple.fr ou au 06 12 34 56 78", ["ahmed.diallo@exemple.fr", "06 12 34 56 78"]),
        ("Voir https://exemple.fr/ahmed, merci", ["https://exemple.fr/ahmed"]),
        ("L’Ahmed. Diallo est un autre", ["Ahmed", "Diallo"]),
        ("Saint, Étienne", ["Étienne"]),
        ("sartilly", ["sartilly"]),
        ("", []),
    ],
    ids=range(24),
)
def test_names_are_found_whatever_their_case_and_accents_and_common_words_are_left(names, text, expected):
    assert found_in(text, names) == expected


@pytest.mark.parametrize(
    "phone",
    [
        "06\u202f12\u202f34\u202f56\u202f78",
        "06/12/34/56/78",
        "06 / 12 / 34 / 56 / 78",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "0033 6 12 34 56 78",
        "0033612345678",
        "06.12-34 56 78",
    ],
)
def test_a_telephone_is_found_however_it_is_written_and_a_date_is_none(names, phone):
    assert found_in(f"Appelez le {phone}, le 02/03/2026 10 h 30.", names) == [phone]


def test_a_name_said_twice_is_decided_once_with_the_words_around(names):
    first = "Depuis longtemps, très longtemps, et encore plus longtemps que cela, Ahmed Diallo\nnous aide beaucoup, et il nous aidera encore longtemps."
    (one,) = masking.findings([first, "Merci à ahmed diallo."], names)
    assert (one.key, one.kind, one.count, one.kind_label) == ("person:ahmed diallo", Masked.PERSON, 2, "personne")
    assert one.before.startswith("…")
    assert one.after.endswith("…")
    assert "\n" not in one.after
    assert one.instead == "une personne"


def test_what_is_masked_gives_way_and_what_is_kept_stays(names):
    decisions = {
        "person:ahmed diallo": {"do": "mask", "word": "un collègue"},
        "place:saint etienne": {"do": "mask", "word": ""},
        "person:rose": {"do": "keep", "word": ""},
    }
    text = "Ahmed Diallo vit à Saint-Étienne avec Rose, près du Mans."
    assert masking.masked(text, names, decisions) == "un collègue vit à une commune avec Rose, près du Mans."
    (waiting,) = masking.undecided(masking.findings([text], names), decisions)
    assert waiting.text == "Mans"


def test_what_has_no_words_of_its_own_gives_way_to_the_usual_ones(names):
    decisions = {"person:diallo": {"do": "mask"}, "contact:a@b.fr": {"do": "mask"}}
    assert masking.masked("M. Diallo, a@b.fr", names, decisions) == "M. une personne, (coordonnées retirées)"


def test_the_first_who_names_something_wins_and_nothing_is_named_by_nothing():
    close, far = Names(), Names()
    close.add("Loire", Masked.PERSON)
    far.add("Loire", Masked.PLACE)
    far.add("", Masked.PLACE)
    far.add("À", Masked.PLACE)
    far.add("Pays de la Loire", Masked.PLACE)
    both = close.with_(far)
    assert both.by_words["loire"].kind == Masked.PERSON
    assert (both.longest, len(both.by_words)) == (4, 2)


def test_a_name_of_place_after_a_colon_or_a_quote_is_at_the_beginning_of_a_sentence(names):
    assert found_in("On a dit : « Mer calme »", names) == []
    assert found_in("On a parlé de la Réunion et de la réunion", names) == ["la Réunion"]
