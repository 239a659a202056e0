"""A function's own list: words, facets, territory, order, pages."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.search import places, services
from alliage.search.queries import listing
from alliage.search.queries.listing import DATE, RELEVANCE, Question
from alliage.search.tests.kinds import note, record
from alliage.taxonomy.models import Term
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def find(viewer=VISITOR, **asked) -> listing.Listing:
    return listing.find("record", viewer=viewer, **asked)


def titles(viewer=VISITOR, **asked) -> list[str]:
    return [hit.plain_title for hit in find(viewer, **asked).hits]


def ways(found: listing.Listing) -> list[tuple[str, str, int]]:
    return [(way.what, way.word, way.count) for way in found.ways_out]


@pytest.fixture
def four():
    """Four things in three facets, dated, and something of another kind."""
    record("Jardin partagé", keywords="@levier:alliance;@odd:2;@odd:11;@nature:pratique;@2024-05-01")
    record("Jardin nourricier", keywords="@levier:alliance;@levier:modele;@odd:2;@nature:guide;@2025-01-15")
    record("Vélo partagé", keywords="@levier:modele;@odd:11;@nature:pratique;@2023-09-30")
    record("Sans date", keywords="@nature:guide")
    note("Jardin des notes")
    services.rebuild()


def test_a_list_without_words_is_whole_and_the_last_dated_comes_first(four):
    found = find()
    assert [hit.plain_title for hit in found.hits] == [
        "Jardin nourricier", "Jardin partagé", "Vélo partagé", "Sans date",
    ]  # fmt: skip
    assert (found.total, found.pages, found.order, found.ready) == (4, 1, DATE, True)
    assert found.ids == [hit.id for hit in found.hits]
    assert found.counts == {
        "levier": {"alliance": 2, "modele": 2},
        "odd": {"2": 2, "11": 2},
        "nature": {"pratique": 2, "guide": 2},
    }


def test_what_is_listed_already_gives_its_place_to_others(four):
    first = find(per_page=1)
    others = find(per_page=2, but=first.ids)
    assert [hit.plain_title for hit in others.hits] == ["Jardin partagé", "Vélo partagé"]
    assert others.total == 4


def test_an_export_reads_every_number_whatever_the_pages(four, monkeypatch):
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    assert list(listing.numbers("record", viewer=VISITOR)) == find().ids
    asked = {"filters": {"nature": ["pratique"]}, "q": "jardin"}
    assert list(listing.numbers("record", viewer=VISITOR, **asked)) == find(**asked).ids
    with pytest.raises(LookupError):
        listing.numbers("inconnu", viewer=VISITOR)


def test_there_is_nothing_to_export_while_the_index_is_made():
    assert listing.numbers("record", viewer=VISITOR) is None


def test_words_sort_by_relevance_unless_the_date_is_asked_for(four):
    assert find(q="jardin").order == RELEVANCE
    assert titles(q="jardin partagé") == ["Jardin partagé"]
    assert titles(q="partage", order=DATE) == ["Jardin partagé", "Vélo partagé"]
    assert find(order=RELEVANCE).total == 4


def test_values_of_a_facet_add_up_and_facets_narrow_one_another(four):
    assert set(titles(filters={"levier": ["alliance", "modele"]})) == {
        "Jardin nourricier", "Jardin partagé", "Vélo partagé",
    }  # fmt: skip
    assert titles(filters={"levier": ["alliance", "modele"], "nature": ["guide"]}) == ["Jardin nourricier"]
    assert titles(filters={"odd": []}) == titles()


def test_the_counts_of_a_facet_ignore_what_is_chosen_in_it_and_follow_the_others(four):
    found = find(filters={"levier": ["modele"]})
    assert found.counts["levier"] == {"alliance": 2, "modele": 2}
    assert found.counts["odd"] == {"2": 1, "11": 1}
    found = find(filters={"levier": ["modele"], "nature": ["pratique"]}, q="partagé")
    assert found.counts == {"levier": {"alliance": 1, "modele": 1}, "odd": {"11": 1}, "nature": {"pratique": 1}}


def test_a_value_that_nothing_has_finds_nothing_and_says_which_filter_empties_the_list(four):
    found = find(filters={"levier": ["inconnu"], "odd": ["2"]})
    assert (found.total, found.hits, found.pages) == (0, [], 1)
    assert found.counts["levier"] == {"alliance": 2, "modele": 1}
    assert ways(found) == [("filter", "levier", 2)]
    assert found.ways_out[0].question == Question(filters={"odd": ("2",)})


def test_a_kind_without_facets_has_no_counts(four):
    found = listing.find("note", viewer=VISITOR)
    assert (found.total, found.counts) == (1, {})


def test_many_values_and_many_changes_are_asked_at_once(four):
    many = [str(number) for number in range(2, 20)]
    assert find(filters={"odd": many}).total == 3
    services.changed("record", range(1_000, 1_020), now=timezone.now())
    assert find(filters={"odd": many}).total == 3


def test_counts_are_left_out_when_nobody_shows_them(four):
    found = find(q="jardin", counts=False)
    assert (found.total, found.counts) == (2, {})


def test_a_facet_or_a_kind_that_does_not_exist_is_a_mistake_of_ours(four):
    with pytest.raises(LookupError, match="couleur"):
        find(filters={"couleur": ["bleu"]})
    with pytest.raises(LookupError, match="inconnue"):
        listing.find("inconnue", viewer=VISITOR)


def test_a_document_with_a_facet_that_its_kind_does_not_have_is_not_indexed():
    record("Mal rangé", keywords="@couleur:bleu")
    assert services.rebuild().failed == ["record"]


def test_pages_hold_each_result_once(four):
    pages = [find(page=number, per_page=3) for number in (0, 1, 2, 3)]
    assert [len(page.hits) for page in pages] == [3, 3, 1, 0]
    assert {(page.total, page.pages) for page in pages} == {(4, 2)}
    assert not set(pages[1].ids) & set(pages[2].ids)


def test_a_territory_narrows_the_list_and_is_widened_when_it_is_empty(four):
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region)
    snapshot.forget()
    record("Ici", places=" ".join(places.of(departement))), record("Plus loin", places="region:84")
    services.rebuild()
    assert titles(place=departement) == ["Ici"]
    assert set(titles(place=region)) == {"Ici", "Plus loin"}
    empty = find(place=departement, q="loin")
    assert ways(empty) == [("wider", "Auvergne-Rhône-Alpes", 1), ("wider", "", 1)]
    assert empty.ways_out[1].question == Question(q="loin")


def test_words_are_marked_corrected_and_understood_as_everywhere(four):
    found = find(q="jardyn")
    assert found.corrections == [("jardyn", "jardin")]
    assert {str(hit.title) for hit in found.hits} == {"<mark>Jardin</mark> partagé", "<mark>Jardin</mark> nourricier"}


def test_when_nothing_has_all_the_words_those_that_have_most_come_first(four):
    found = find(q="jardin partagé xylophone")
    assert found.is_loose
    assert (found.complete, found.total) == (0, 3)
    assert found.hits[0].plain_title == "Jardin partagé"
    assert found.counts["nature"] == {"pratique": 2, "guide": 1}
    assert ways(found) == [("without", "xylophone", 1)]
    assert find(q="zinzolin partagé xylophone").total == 2
    assert find(q="zinzolin xylophone").total == 0


def test_when_few_have_all_the_words_others_follow_unless_the_date_is_asked_for(four):
    record("Jardin et vélo"), record("Vélo seul")
    services.rebuild()
    found = find(q="jardin partagé nourricier")
    assert found.is_loose
    Term.objects.filter(label="Jardin et vélo").update(help_text="Un jardin partagé à vélo.")
    services.rebuild()
    found = find(q="jardin partagé vélo")
    assert (found.is_loose, found.complete, found.ways_out) == (True, 1, [])
    assert found.hits[0].plain_title == "Jardin et vélo"
    assert {hit.plain_title for hit in found.hits[1:]} == {"Jardin partagé", "Vélo partagé"}
    by_date = find(q="jardin partagé vélo", order=DATE)
    assert (by_date.is_loose, by_date.total) == (False, 1)


def test_when_enough_have_all_the_words_no_other_follows(four):
    for number in range(5):
        record(f"Jardin partagé à vélo {number}")
    services.rebuild()
    found = find(q="jardin partagé vélo")
    assert (found.is_loose, found.total, found.complete) == (False, 5, 5)


def test_other_words_are_proposed_when_nothing_is_found(four):
    record("Bardin seul")
    services.rebuild()
    found = find(q="bardin partagé")
    assert ways(found) == [
        ("spelling", "jardin partagé", 1), ("without", "bardin", 2), ("without", "partagé", 1),
    ]  # fmt: skip
    assert ways(find(q="« jardin des » vélo"))[0][:2] == (
        "without",
        "« jardin des »".replace("« ", "").replace(" »", ""),
    )


def test_a_list_costs_two_queries_whatever_its_size(four, django_assert_num_queries):
    find(q="jardin", filters={"odd": ["2"]})
    with django_assert_num_queries(2):
        find(q="jardin", filters={"odd": ["2"]})
    for number in range(30):
        record(f"Jardin {number}", keywords="@odd:2")
    services.rebuild()
    with django_assert_num_queries(2):
        assert len(find(q="jardin", filters={"odd": ["2"]}).hits) == listing.PER_PAGE


def test_a_list_says_when_the_index_is_being_made():
    found = find(q="jardin")
    assert (found.ready, found.total, found.hits) == (False, 0, [])


def test_members_find_and_count_what_visitors_may_not(four):
    record("Jardin caché", seen_by="members", keywords="@odd:2;@levier:secret")
    services.rebuild()
    assert find(filters={"odd": ["2"]}).total == 2
    assert "secret" not in find().counts["levier"]
    member = find(MemberFactory(), filters={"odd": ["2"]})
    assert (member.total, member.counts["levier"]["secret"]) == (3, 1)


def test_what_changed_leaves_the_list_and_its_counts_at_once(four):
    one = Term.objects.get(label="Jardin partagé")
    Term.objects.filter(pk=one.pk).update(is_active=False)
    services.changed("record", [one.pk], now=timezone.now())
    assert "Jardin partagé" not in titles()
    assert find().counts["odd"] == {"2": 1, "11": 1}


def test_what_the_rows_refuse_is_neither_shown_nor_counted(four, caplog):
    Term.objects.filter(label="Vélo partagé").update(is_active=False)
    found = find(filters={"nature": ["pratique"]})
    assert ([hit.plain_title for hit in found.hits], found.total) == (["Jardin partagé"], 1)
    assert found.counts["nature"] == {"pratique": 1, "guide": 2}
    assert found.counts["levier"] == {"alliance": 1}
    assert "a change was not told" in caplog.text


def test_strange_questions_break_nothing(four):
    for question in ("\0", "« »", "x" * 5_000, "AND OR NOT", "🙂"):
        assert find(q=question).ready
    assert find(filters={"odd": ["\0", "2'; --", "é"]}).total == 0
