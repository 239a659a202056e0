"""What someone types leads to the territory they mean."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliage.territories import suggestions
from alliage.territories.enums import Kind, Status
from alliage.territories.folding import fold, search_key
from alliage.territories.models import Territory
from alliage.territories.suggestions.index import Entries, Entry
from alliage.territories.suggestions.matching import Prefixes, Resemblance, Strings
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def country():
    """A few territories whose names are easily confused."""

    def make(name, population=None, kind=Kind.COMMUNE, **values):
        sort_name = values.pop("sort_name", fold(name))
        return TerritoryFactory(name=name, population=population, kind=kind, sort_name=sort_name, **values)

    loire = make("Loire", 769_029, Kind.DEPARTEMENT, code="42")
    gers = make("Gers", 191_000, Kind.DEPARTEMENT, code="32")
    vienne = make("Vienne", 438_000, Kind.DEPARTEMENT, code="86")
    reunion = make("La Réunion", 889_679, Kind.DEPARTEMENT, code="974")
    make("La Réunion", 889_679, Kind.REGION, code="04")
    make("La Réunion", 500, code="47222")
    metropole = make("Saint-Étienne Métropole", 400_000, Kind.EPCI, code="244200770", siren="244200770", nature="METRO")
    rochelle = make(
        "Communauté d’agglomération de La Rochelle", 178_000, Kind.EPCI, nature="CA", sort_name="rochelle", code="241"
    )
    city = make("Saint-Étienne", 172_718, code="42218", departement=loire, postal_codes="42000 42100", epci=metropole)
    make("Saint-Étienne-le-Molard", 1_000, code="42219", departement=loire, postal_codes="42130", epci=metropole)
    make("Saint-Étienne-du-Rouvray", 28_000, code="76575")
    make(
        "Saint-Chamond",
        35_000,
        code="42207",
        departement=loire,
        postal_codes="42400",
        status=Status.FORMER,
        part_of=city,
    )
    make("L’Isle-Jourdain", 9_000, code="32160", departement=gers)
    make("L’Isle-Jourdain", 1_100, code="86112", departement=vienne)
    make("La Rochelle", 77_000, code="17300", epci=rochelle)
    make("Quimper", 63_000, code="29232")
    make("Mulhouse", 106_000, code="68224")
    make("Paris", 2_103_778, code="75056")
    make("Paris", 2_103_778, Kind.DEPARTEMENT, code="75")
    make("Paris Est Marne et Bois", 521_000, Kind.EPT, code="200057941", nature="EPT")
    make("Saint-Denis", 155_000, code="97411", departement=reunion, postal_codes="97400")
    make("Ajaccio", 73_000, code="2A004", postal_codes="20000")
    make("Nouvelle-Calédonie", 264_000, Kind.COM, code="988")
    make("Bordeaux Métropole", 819_000, Kind.EPCI, code="243300316", nature="METRO")
    make("Arboys en Bugey", 660, code="01015", other_names="Arbignieu")
    make("Talissieu", None, code="01415", status=Status.DELEGATED, part_of=city)
    make("Massif du Pilat", None, Kind.CUSTOM, code="massif-du-pilat")
    make("Morte-Ville", None, code="55000", status=Status.FORMER)


def labels(text, **options):
    return [one.label for one in suggestions.find(text, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "saint-etienne", "st etienne", "SAINT ETIENNE", "42000", "42218", "Saint-Étienne (Loire)", "etienne saint",
        "sant etiene", "saint etienne 42", "42 000", " St-Étienne ", "st étienne loire", "saint etiene",
    ],
)  # fmt: skip
def test_saint_etienne_comes_first(country, text):
    assert labels(text)[0] == "Saint-Étienne (Loire)"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("paris est marne", "Paris Est Marne et Bois, établissement public territorial"),
        ("Paris Est Marne & Bois", "Paris Est Marne et Bois, établissement public territorial"),
        ("reunion", "La Réunion, département"),
        ("la réunion", "La Réunion, département"),
        ("974", "La Réunion, département"),
        ("2a004", "Ajaccio"),
        ("2A", "Ajaccio"),
        ("quinper", "Quimper"),
        ("mulhose", "Mulhouse"),
        ("la rochelle", "La Rochelle"),
        ("ca la rochelle", "Communauté d’agglomération de La Rochelle"),
        ("metropole de bordaux", "Bordeaux Métropole"),
        ("244200770", "Saint-Étienne Métropole (Loire)"),
        ("244 200 770", "Saint-Étienne Métropole (Loire)"),
        ("nouvelle caledonie", "Nouvelle-Calédonie, collectivité d’outre-mer"),
        ("pilat", "Massif du Pilat, territoire de projet"),
        ("arbignieu", "Arboys en Bugey"),
        ("paris", "Paris"),
        ("talissieu", "Talissieu, commune déléguée de Saint-Étienne"),
        ("st chamond", "Saint-Chamond, aujourd’hui Saint-Étienne (Loire)"),
        ("morte", "Morte-Ville"),
        ("l", "Loire, département"),
    ],
)  # fmt: skip
def test_the_meant_territory_comes_first(country, text, first):
    assert labels(text)[0] == first


def test_homonyms_are_all_shown_the_most_populated_first(country):
    assert labels("l'isle jourdain") == ["L’Isle-Jourdain (Gers)", "L’Isle-Jourdain (Vienne)"]
    assert labels("isle jourdain vienne") == ["L’Isle-Jourdain (Vienne)"]
    assert labels("reunion")[:3] == ["La Réunion, département", "La Réunion, région", "La Réunion"]


def test_the_exact_name_comes_before_beginnings(country):
    assert labels("saint etienne") == [
        "Saint-Étienne (Loire)",
        "Saint-Étienne Métropole (Loire)",
        "Saint-Étienne-du-Rouvray",
        "Saint-Étienne-le-Molard (Loire)",
    ]


def test_a_code_being_typed_suggests_what_it_begins(country):
    assert labels("42")[:2] == ["Loire, département", "Saint-Étienne (Loire)"]
    assert labels("421") == ["Saint-Étienne (Loire)", "Saint-Étienne-le-Molard (Loire)"]


def test_kinds_and_limit_are_obeyed(country):
    assert labels("saint etienne", kinds=[Kind.EPCI]) == ["Saint-Étienne Métropole (Loire)"]
    assert labels("saint etienne", kinds=["canton"]) == []
    assert len(labels("saint", limit=2)) == 2


@pytest.mark.parametrize(
    "text", ["", "   ", "xqzwvkj", "😀", "\x00", "!!!", "azertyuiop qsdfgh", "99999", "zzz", "wxw xwx", "saint xqzwvkj"]
)
def test_nonsense_suggests_nothing(country, text):
    assert suggestions.find(text) == []


def test_a_short_word_with_a_mistake_is_left_out_before_giving_up(country):
    assert [one.name for one in suggestions.find("es Rochelle")][:1] == ["La Rochelle"]
    assert suggestions.find("xq wz") == []


def test_an_empty_country_suggests_nothing():
    assert suggestions.find("saint etienne") == []
    assert suggestions.find("42000") == []


def test_a_suggestion_says_all_that_a_field_needs(country):
    assert suggestions.as_json(suggestions.find("42218")[0]) == {
        "kind": "commune",
        "code": "42218",
        "name": "Saint-Étienne",
        "label": "Saint-Étienne (Loire)",
        "population": 172_718,
        "url": "/territoires/commune/42218/",
    }


def test_suggestions_need_no_query_once_the_index_is_built(country, django_assert_num_queries):
    suggestions.find("paris")
    with django_assert_num_queries(0):
        suggestions.find("saint etienne")


def test_a_new_territory_is_suggested_after_an_import_says_so(country):
    assert labels("vesoul") == []
    TerritoryFactory(name="Vesoul", sort_name="vesoul")
    assert labels("vesoul") == []
    suggestions.forget()
    assert labels("vesoul") == ["Vesoul"]


def test_the_index_is_kept_when_nothing_changed(country):
    suggestions.find("paris")
    suggestions.forget()
    before = suggestions._current._index
    suggestions.find("paris")
    assert suggestions._current._index is before


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=60) | st.text(alphabet="saint etienne-'’42éÉœ\x00", max_size=200))
def test_any_text_gives_a_list(country, text):
    found = suggestions.find(text)
    assert len(found) <= 10
    assert len({one.pk for one in found}) == len(found)


def test_a_book_gives_a_list(country):
    assert isinstance(suggestions.find("saint étienne " * 1000), list)
    assert isinstance(suggestions.find("é" * 10_000), list)


def test_one_letter_wrong_anywhere_still_finds(country):
    for position in range(len("mulhouse")):
        text = "mulhouse"[:position] + "x" + "mulhouse"[position + 1 :]
        assert "Mulhouse" in labels(text), text
        assert "Mulhouse" in labels("mulhouse"[:position] + "mulhouse"[position + 1 :])


def test_two_letters_swapped_still_find(country):
    assert labels("qiumper")[0] == "Quimper"
    assert labels("mluhosue")[0] == "Mulhouse"


# --- The engines -------------------------------------------------------------------------------------------------------


def naive_distance(a: str, b: str) -> int:
    """Optimal string alignment, written plainly."""
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[-1][-1]


words = st.text(alphabet="abcde ", min_size=4, max_size=12)


@given(query=words, strings=st.lists(words, min_size=1, max_size=20))
def test_resemblance_is_the_edit_distance(query, strings):
    positions, distances = Resemblance(strings).near(query, mistakes=2, beginnings=False)
    for position, distance in zip(positions, distances, strict=True):
        assert distance == naive_distance(query, strings[position]) <= 2
    missed = [s for n, s in enumerate(strings) if naive_distance(query, s) <= 1 and n not in positions]
    assert not missed


def test_only_the_best_candidates_are_compared():
    strings = [f"commune {number:04}" for number in range(2000)]
    positions, distances = Resemblance(strings).near("commune 0042", mistakes=2, beginnings=True)
    assert strings[positions[distances.argmin()]] == "commune 0042"


@given(
    pairs=st.lists(st.tuples(st.text(alphabet="abc ", max_size=4), st.integers(0, 50))),
    prefix=st.text("abc", max_size=3),
)
def test_prefixes_find_what_begins_and_what_is(pairs, prefix):
    index = Prefixes(pairs)
    assert sorted(index.starting(prefix)) == sorted(n for s, n in set(pairs) if s.startswith(prefix))
    assert set(index.exact(prefix)) == {number for string, number in pairs if string == prefix}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Œuf-en-Ternois", "oeuf en ternois"), ("St-Denis", "saint denis"), ("L’Haÿ-les-Roses", "hay les roses")],
)
def test_spellings_of_one_name_meet(one, other):
    assert search_key(one) == search_key(other)


def test_a_lone_article_is_kept():
    assert search_key("Les") == "les"
    assert Territory.objects.count() == 0


def test_texts_written_end_to_end_are_read_again_one_by_one() -> None:
    texts = ["Saint-Étienne", "", "L’Œuf", "Y"]
    kept = Strings(texts)
    assert list(kept) == texts
    assert len(kept) == 4


def test_what_a_suggestion_shows_is_read_again_from_its_columns() -> None:
    made = [
        Entry(7, "commune", "42218", "Saint-Étienne", "current", 172_718, "Loire", ""),
        Entry(9, "perso", "abc", "Vallée", "current", None, "", ""),
        Entry(12, "commune", "42001", "Aboën", "delegated", 0, "Loire", "Saint-Maurice"),
    ]
    assert list(Entries(made)) == made
