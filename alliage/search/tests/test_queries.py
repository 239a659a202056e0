"""What is found, in which order, by whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.jobs.tests.factories import registered
from alliage.search import engine, permissions, places, queries, registry, services, spelling
from alliage.search.models import SearchChange
from alliage.search.queries import Asked, rights
from alliage.search.queries import results as page_of_results
from alliage.search.registry import Audience
from alliage.search.tests.kinds import note, record
from alliage.taxonomy.models import Term
from alliage.territories import snapshot, suggestions
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def find(question: str, viewer=VISITOR, **parameters: str) -> queries.Results:
    return queries.search(queries.parse({"q": question, **parameters}), viewer)


def titles(question: str, viewer=VISITOR, **parameters: str) -> list[str]:
    return [hit.plain_title for hit in find(question, viewer, **parameters).hits]


def ways(results: queries.Results) -> list[tuple[str, str, int]]:
    return [(way.what, way.word, way.count) for way in results.ways_out]


@pytest.fixture
def loire():
    """A commune in a département, and another one elsewhere."""
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes", population=8_000_000)
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region, population=768_000)
    commune = TerritoryFactory(
        kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", postal_codes="42000 42100", population=173_000,
        departement=departement, region=region,
    )  # fmt: skip
    for number in range(4):
        TerritoryFactory(
            kind=Kind.COMMUNE, code=f"4230{number}", name=f"Saint-Étienne-du-{'abcd'[number]}", population=100 - number,
            departement=departement, region=region,
        )  # fmt: skip
    snapshot.forget()
    suggestions.forget()
    return commune


# --- Words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["Coopération", "cooperations", "coopérer", "l’écologie", "ecologique", "élu", "« des élus »", "ptce",
     "pôle territorial de coopération économique", "fablabs", "42300", "odd 17", "co construction", "coconstruction"],
)  # fmt: skip
def test_french_is_found_however_it_is_written(question):
    record(
        "Pôle territorial de coopération économique",
        "L’écologie des élus, la co-construction d’un tiers-lieu, l’ODD17.",
        keywords="42300",
    )
    record("Autre chose", "Rien de commun")
    services.rebuild()
    assert titles(question) == ["Pôle territorial de coopération économique"]


def test_every_word_is_asked_and_the_case_of_a_lone_word_does_not_matter():
    record("Alliance ici"), record("Alliance ailleurs")
    services.rebuild()
    assert titles("ALLIANCE ici") == ["Alliance ici"]
    assert len(titles("Alliance")) == 2


def test_an_exact_phrase_is_found_in_its_order_inside_one_part_only():
    record("Faire alliance", "Pour agir")
    record("Alliance à faire")
    record("Savoir faire", "alliance et métiers", keywords="un;deux")
    services.rebuild()
    assert titles("« faire alliance »") == ["Faire alliance"]
    assert titles("« un deux »") == []
    assert len(titles("faire alliance")) == 3


def test_titles_come_before_keywords_before_texts_and_the_exact_name_first():
    record("Dans le texte", "Un réseau quelque part")
    record("Par mot clé", keywords="réseau")
    record("Réseau de réseaux et encore un réseau")
    record("Réseau")
    services.rebuild()
    found = titles("réseau")
    assert found[0] == "Réseau"
    assert found[1:] == ["Réseau de réseaux et encore un réseau", "Par mot clé", "Dans le texte"]


def test_what_weighs_more_comes_first_among_equals():
    record("Réseau premier"), record("Réseau deuxième", rank=3), record("Réseau troisième", rank=1)
    services.rebuild()
    assert titles("réseau") == ["Réseau deuxième", "Réseau troisième", "Réseau premier"]


def test_the_last_word_may_be_unfinished_unless_it_is_a_word():
    record("Accompagnement"), record("Accompagnateur"), record("Eau"), record("Eaubonne")
    services.rebuild()
    assert sorted(titles("accompagn")) == ["Accompagnateur", "Accompagnement"]
    assert titles("eau") == ["Eau"]
    assert "<mark>Accompagnateur</mark>" in {hit.title for hit in find("accompagn").hits}
    assert titles("accompagn ") != []  # a space at the end is trimmed
    assert titles("acco.") == []
    assert titles("ac") == []


def test_a_wrong_word_is_read_as_the_nearest_and_marked_as_such():
    record("Association des élus"), record("Associations du fleuve"), record("Coopération")
    services.rebuild()
    results = find("assocation fleuve")
    assert results.corrections == [("assocation", "association")]
    assert [hit.title for hit in results.hits] == ["<mark>Associations</mark> du <mark>fleuve</mark>"]
    assert find("coperration").corrections == [("coperration", "cooperation")]
    assert find("xssociation").hits


def test_short_words_and_numbers_are_not_corrected():
    record("Rue 42100")
    services.rebuild()
    reader = engine.reader()
    assert spelling.near(reader, engine.anything(), "rux") == []
    assert spelling.near(reader, engine.anything(), "42101") == []
    assert not find("42101").hits


def test_two_mistakes_are_forgiven_to_long_words_only():
    record("Expérimentation du 21 mai"), record("Expérience 2020"), record("Maison")
    services.rebuild()
    reader = engine.reader()
    assert spelling.near(reader, engine.anything(), "experimantasion") == ["experimentation"]
    assert spelling.near(reader, engine.anything(), "maizzon") == ["maison"]
    assert spelling.near(reader, engine.anything(), "moizon") == []
    assert spelling.near(reader, engine.anything(), "maxxxxxxon") == []


def test_spelling_counts_swaps_as_one_mistake():
    assert "maison" in set(spelling.one_mistake("miason"))
    assert spelling._distance("experimnetatoin", "experimentation") == 2


def test_the_search_for_near_words_stops_at_two_dozen():
    for letter in spelling.LETTERS:
        record(f"ma{letter}on")
    services.rebuild()
    found = spelling._by_use(engine.reader(), engine.anything(), (f"ma{letter}on" for letter in spelling.LETTERS))
    assert len(found) == spelling.LOOKED_AT


def test_an_unknown_expression_is_left_as_it_is():
    record("Rien")
    services.rebuild()
    assert find("économie sociale et solidaire").total == 0


def test_a_lone_stop_word_is_asked_as_it_is_written():
    record("Le fleuve"), record("Fleuve")
    services.rebuild()
    assert titles("le") == ["Le fleuve"]


@pytest.mark.parametrize("question", ["Привет", "«»", "!!!", "\0", "🙂", "AND OR NOT", "*", "(", "a" * 500])
def test_nothing_that_is_typed_breaks_the_search(question):
    record("Alliance")
    services.rebuild()
    assert find(question).total == 0


def test_what_is_typed_is_words_never_a_command_of_the_engine():
    record("Alliance", "Un titre")
    services.rebuild()
    assert [hit.plain_title for hit in find("keywords:alliance").hits] == ["Alliance"]
    assert find("key:alliance", sorte="notes").total == 0


# --- Filters and pages ---------------------------------------------------------------------------------------------


def test_kinds_are_counted_and_narrow_the_list_without_changing_the_counts():
    record("Réseau un"), record("Réseau deux"), note("Réseau trois")
    services.rebuild()
    everything, notes = find("réseau"), find("réseau", sorte="notes")
    assert everything.counts == notes.counts == {"fiches": 2, "notes": 1}
    assert (everything.total, notes.total) == (3, 1)
    assert [hit.kind.code for hit in notes.hits] == ["note"]
    assert find("réseau", sorte="inconnue").total == 3


def test_pages_hold_twenty_results_and_each_one_once():
    for number in range(45):
        record(f"Réseau {number}")
    services.rebuild()
    pages = [find("réseau", page=str(number)) for number in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [20, 20, 5, 0]
    assert len({hit.id for page in pages for hit in page.hits}) == 45
    assert {(page.total, page.pages) for page in pages} == {(45, 3)}


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "1000000", "1.5"])
def test_a_page_that_is_no_number_is_the_first(page):
    assert queries.parse({"q": "a", "page": page}).page == 1


def test_a_question_costs_two_queries_whatever_the_kinds_and_results(django_assert_num_queries):
    record("Réseau un"), note("Réseau deux")
    services.rebuild()
    find("réseau")
    with django_assert_num_queries(2):
        assert len(find("réseau").hits) == 2
    for number in range(30):
        record(f"Réseau {number}"), note(f"Réseau {number}")
    services.rebuild()
    with django_assert_num_queries(2):
        assert len(find("réseau").hits) == 20


def test_nothing_asked_finds_nothing():
    services.rebuild()
    results = find("   ")
    assert (results.total, results.hits, results.ready) == (0, [], True)


def test_a_place_narrows_and_is_widened_step_by_step(loire):
    departement = loire.departement
    record("Réseau d’ici", places=" ".join(places.of(departement)))
    record("Réseau d’ailleurs")
    services.rebuild()
    assert titles("réseau", territoire="departement:42") == ["Réseau d’ici"]
    assert titles("réseau", territoire="commune:inconnue") != []
    empty = find("réseau", territoire="commune:42218")
    assert empty.total == 0
    assert ways(empty) == [("wider", "Loire", 1), ("wider", "Auvergne-Rhône-Alpes", 1)]
    assert ways(find("ailleurs", territoire="commune:42218")) == [("wider", "", 1)]
    assert ways(find("...", territoire="commune:42218")) == []
    assert queries.parse({"territoire": "departement:42", "sorte": "territoires"}).place is None


def test_places_of_nowhere_are_none(loire):
    assert places.of(None) == []
    assert places.of(loire) == ["commune:42218", "departement:42", "region:84"]


# --- Territories ---------------------------------------------------------------------------------------------------


def test_a_territory_named_exactly_comes_with_the_results(loire):
    record("Un réseau à Saint-Étienne")
    services.rebuild()
    results = find("saint etienne")
    assert results.is_place
    assert results.territories[0].name == "Saint-Étienne"
    assert len(results.territories) == page_of_results.FIRST_TERRITORIES
    assert results.counts == {"fiches": 1, "territoires": 5}
    assert (results.total, results.all_count) == (1, 6)


def test_territories_are_listed_by_the_page(loire, monkeypatch):
    monkeypatch.setattr(page_of_results, "PER_PAGE", 2)
    services.rebuild()
    pages = [find("saint", sorte="territoires", page=str(number)) for number in (1, 2, 3)]
    assert [len(page.territories) for page in pages] == [2, 2, 1]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}


@pytest.mark.parametrize("code", ["42000", "42218"])
def test_a_postal_or_insee_code_is_a_place(loire, code):
    services.rebuild()
    results = find(code)
    assert results.is_place
    assert [one.name for one in results.territories] == ["Saint-Étienne"]


def test_territories_that_only_resemble_are_shown_when_there_is_nothing_else(loire):
    record("Saint-Étiemne")
    services.rebuild()
    assert find("loirre").territories[0].name == "Loire"
    assert find("loirre").counts == {}
    assert find("saint etiemne").territories == []
    assert find("saint etiemne", sorte="territoires").territories != []
    assert ways(find("réseau", sorte="territoires")) == []


def test_no_territory_leads_to_what_was_found_elsewhere(loire):
    record("Réseau")
    services.rebuild()
    assert ways(find("réseau", sorte="territoires")) == [("everywhere", "", 1)]


def test_territories_are_found_while_the_index_is_being_made(loire):
    results = find("saint etienne")
    assert not results.ready
    assert results.counts == {"territoires": 5}
    assert results.territories[0].name == "Saint-Étienne"
    assert find("rien de tel").territories == []
    assert not find("").ready


# --- Nothing found -------------------------------------------------------------------------------------------------


def test_an_empty_kind_leads_to_the_others():
    record("Réseau")
    services.rebuild()
    assert ways(find("réseau", sorte="notes")) == [("everywhere", "", 1)]


def test_the_word_that_empties_the_list_is_named():
    record("Réseau des alliances"), record("Réseau"), record("Fleuve")
    services.rebuild()
    results = find("réseau fleuve")
    assert ways(results) == [("without", "fleuve", 2), ("without", "réseau", 1)]
    assert results.ways_out[0].asked == Asked("réseau")


def test_another_word_is_proposed_when_it_gives_something():
    record("Maison des alliances"), record("Maisons"), record("Raison d’agir")
    services.rebuild()
    assert ways(find("raison alliances"))[0] == ("spelling", "maison alliances", 1)


def test_exact_phrases_stay_exact_in_what_is_proposed():
    record("Faire alliance"), record("Fleuve")
    services.rebuild()
    results = find("« faire alliance » « fleuve »")
    assert [way.asked.q for way in results.ways_out] == ["fleuve", "«\u00a0faire alliance\u00a0»"]


def test_nothing_is_proposed_when_nothing_would_be_found():
    services.rebuild()
    assert ways(find("rien du tout de tel")) == []


def test_a_kind_alone_is_kept_in_what_is_proposed():
    record("Réseau"), note("Fleuve")
    services.rebuild()
    assert ways(find("réseau fleuve", sorte="notes")) == [("everywhere", "", 2), ("without", "réseau", 1)]


# --- Rights --------------------------------------------------------------------------------------------------------


def test_audiences_add_up_with_roles():
    assert permissions.tokens(VISITOR) == ["public", "visitors"]
    assert permissions.tokens(MemberFactory()) == ["public", "members", "role:member"]
    animator = permissions.tokens(MemberFactory(role=Role.ANIMATOR))
    assert animator == ["public", "members", "role:member", "role:facilitator", "role:animator"]


def test_upper_folders_add_audiences():
    record("Réservée", seen_by="role:groupe")
    services.rebuild()
    member = MemberFactory()
    assert titles("réservée", member) == []
    with registered(registry.audiences, Audience("test.groups", lambda viewer: ["role:groupe"])):
        assert titles("réservée", member) == ["Réservée"]
        assert titles("réservée") == []


def test_a_visitor_learns_nothing_of_what_members_read():
    record("Canari des membres", "Un xylophone", seen_by="members", keywords="zinzolin")
    record("Publique", "Un texte")
    services.rebuild()
    for question in (
        "canari",
        "xylophone",
        "zinzolin",
        "« canari des membres »",
        "canar",
        "canarri",
        "xylophonne",
        "xylo",
    ):
        results = find(question)
        assert (results.total, results.hits, results.counts) == (0, [], {}), question
        assert (results.corrections, results.ways_out) == ([], []), question
    assert find("texte canarri").ways_out[0].word == "canarri"
    member = MemberFactory()
    assert titles("canari", member) == ["Canari des membres"]
    assert find("canarri", member).corrections == [("canarri", "canari")]
    assert titles("xylo", member) == ["Canari des membres"]


def test_a_field_for_members_is_found_and_quoted_for_them_only():
    record("Camille", "Un numéro secret", seen_by="half")
    services.rebuild()
    member = MemberFactory()
    assert titles("secret") == []
    assert [hit.text for hit in find("camille").hits] == ["En deux mots"]
    assert [hit.text for hit in find("secret", member).hits] == ["Un numéro <mark>secret</mark>"]
    assert (find("camille").total, find("camille", member).total) == (1, 1)


def test_the_row_has_the_last_word(caplog):
    """Even when the index is wrong: its audience says everyone, the row says members."""
    one = record("Canari")
    services.rebuild()
    Term.objects.filter(pk=one.pk).update(short_label="members")
    results = find("canari")
    assert (results.total, results.hits, results.counts) == (0, [], {})
    assert "a change was not told" in caplog.text
    assert titles("canari", MemberFactory()) == ["Canari"]


def test_what_changed_is_not_told_by_spelling_nor_counts_before_it_is_read_again():
    one = record("Canari"), record("Canari bis")
    services.rebuild()
    Term.objects.filter(pk=one[0].pk).update(short_label="members", label="Autre")
    services.changed("record", [one[0].pk], now=timezone.now())
    assert (find("canari").total, find("canari", MemberFactory()).total) == (1, 1)
    services.changed("record", [one[1].pk], now=timezone.now())
    assert find("canarri").corrections == []


def test_when_thousands_of_objects_change_their_kinds_are_left_out_whole(monkeypatch):
    monkeypatch.setattr(rights, "MOST_CHANGES", 2)
    record("Réseau"), note("Réseau")
    services.rebuild()
    services.changed("record", [10_001, 10_002, 10_003], now=timezone.now())
    find("réseau")
    with CaptureQueriesContext(connection) as captured:
        assert find("réseau").counts == {"notes": 1}
    assert len(captured) == 3
    assert SearchChange.objects.count() == 3
