import pytest
from django.core.cache import cache as shared
from django.db import IntegrityError, transaction

from alliage.taxonomy import cache, french, permissions, queries
from alliage.taxonomy.enums import Article, Vocabulary
from alliage.taxonomy.models import ListComment, ListItem, ListVersion, Term
from alliage.taxonomy.tests.factories import NetworkListFactory, PublishedVersionFactory, TermFactory

pytestmark = pytest.mark.django_db


def test_a_warm_page_reads_terms_without_sql(django_assert_num_queries):
    parent = TermFactory(vocabulary=Vocabulary.METIERS)
    TermFactory(vocabulary=Vocabulary.MISSIONS, parent=parent)
    queries.terms("metiers")
    with django_assert_num_queries(0):
        found = queries.term("metiers", parent.code)
        assert found == parent
        assert [child.parent for child in queries.children(found)] == [parent]
        assert queries.term_by_id("metiers", parent.pk) == parent


def test_an_unknown_term_is_none_and_has_no_children():
    assert queries.term("metiers", "inconnu") is None
    assert queries.term_by_id("metiers", None) is None
    assert queries.children(TermFactory.build(vocabulary="metiers")) == []


def test_a_term_put_aside_disappears_with_those_below_it():
    parent = TermFactory(vocabulary=Vocabulary.LEVIERS, is_active=False)
    TermFactory(vocabulary=Vocabulary.QUESTIONS, parent=parent)
    assert queries.terms("leviers") == ()
    assert queries.terms("questions") == ()


def test_a_deleted_term_disappears_at_once():
    term = TermFactory(vocabulary=Vocabulary.ODD)
    assert queries.terms("odd") == (term,)
    Term.objects.get(pk=term.pk).delete()
    assert queries.terms("odd") == ()


def test_an_edit_made_in_another_process_shows_once_the_shared_version_changes(django_assert_num_queries):
    queries.terms("odd")
    Term.objects.bulk_create([TermFactory.build(vocabulary="odd", code="17", label="Partenariats")])
    assert queries.terms("odd") == ()
    shared.set(cache.VERSION_KEY, 99)
    assert [term.code for term in queries.terms("odd")] == ["17"]


def test_an_edit_made_in_another_process_shows_after_a_while_without_a_shared_cache(monkeypatch):
    queries.terms("odd")
    Term.objects.bulk_create([TermFactory.build(vocabulary="odd", code="17", label="Partenariats")])
    later = cache.monotonic() + cache.MAX_AGE + 1
    monkeypatch.setattr(cache, "monotonic", lambda: later)
    assert [term.code for term in queries.terms("odd")] == ["17"]


def test_a_facet_follows_the_last_published_version():
    network_list = NetworkListFactory()
    assert queries.facet(network_list.code) == ()
    PublishedVersionFactory(list=network_list, number=1, items=["Un"])
    PublishedVersionFactory(list=network_list, number=2, items=["Deux", "Trois"])
    cache.forget()
    assert [(item.code, item.label) for item in queries.facet(network_list.code)] == [
        ("deux", "Deux"),
        ("trois", "Trois"),
    ]
    assert [summary.item_count for summary in queries.list_summaries()] == [2]


def kinds(changes):
    return [(change.what, (change.after or change.before).code) for change in changes]


def test_a_comparison_says_what_was_added_removed_changed_and_moved():
    network_list = NetworkListFactory()
    old = PublishedVersionFactory(list=network_list, number=1, items=["A", "B", "C", "D"])
    new = PublishedVersionFactory(list=network_list, number=2, items=["D", "A", "B", "E"])
    new.items.filter(code="b").update(text="précisé")
    assert kinds(queries.compare(old, new)) == [("moved", "d"), ("changed", "b"), ("added", "e"), ("removed", "c")]


def test_removing_the_first_item_does_not_move_the_others():
    network_list = NetworkListFactory()
    old = PublishedVersionFactory(list=network_list, number=1, items=["A", "B", "C"])
    new = PublishedVersionFactory(list=network_list, number=2, items=["B", "C"])
    assert kinds(queries.compare(old, new)) == [("removed", "a")]


def test_the_same_version_compared_with_itself_changes_nothing():
    version = PublishedVersionFactory(items=["A"])
    assert queries.compare(version, version) == []


@pytest.mark.parametrize(
    ("article", "label", "expected"),
    [
        (Article.LE, "Dialogue territorial", "du dialogue territorial"),
        (Article.LA, "Gestion d’un lieu", "de la gestion d’un lieu"),
        (Article.L, "Association", "de l’association"),
        (Article.LES, "Accompagnements", "des accompagnements"),
        (Article.NONE, "Apprendre à faire alliance", "d’apprendre à faire alliance"),
        (Article.NONE, "Qualifier son innovation", "de qualifier son innovation"),
        (Article.L, "ODD 17", "de l’ODD 17"),
    ],
)
def test_french_puts_a_label_in_a_sentence(article, label, expected):
    assert french.with_de(Term(article=article, label=label)) == expected


def test_french_says_the_article():
    assert french.with_article(Term(article="la", label="Gestion d’un lieu")) == "la gestion d’un lieu"
    assert french.with_article(Term(label="Apprendre à faire alliance")) == "apprendre à faire alliance"


def test_only_animators_edit_lists_and_only_members_comment(member, animator, anonymous):
    assert not permissions.can_edit_lists(member)
    assert permissions.can_edit_lists(animator)
    assert permissions.can_comment(member)
    assert not permissions.can_comment(anonymous)
    assert not permissions.can_edit_lists(anonymous)


@pytest.fixture
def anonymous():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_the_database_refuses_what_the_rules_refuse():
    term, network_list = TermFactory(), NetworkListFactory()
    refused(lambda: TermFactory(code=term.code))
    refused(lambda: Term.objects.filter(pk=term.pk).update(vocabulary="autre"))
    refused(lambda: Term.objects.filter(pk=term.pk).update(article="du"))
    ListVersion.objects.create(list=network_list, number=1)
    refused(lambda: ListVersion.objects.create(list=network_list, number=1, state="published", published_at=None))
    refused(lambda: ListVersion.objects.create(list=network_list, number=2))
    version = PublishedVersionFactory(list=network_list, number=3, items=["A"])
    refused(lambda: PublishedVersionFactory(list=network_list, number=3))
    refused(lambda: ListItem.objects.create(version=version, position=2, code="a", label="A"))
    refused(lambda: ListComment.objects.create(list=network_list, author_id=1, author_name="C", text=""))


def test_each_thing_names_itself():
    version = PublishedVersionFactory(list__title="Charte", list__short_title="Charte", number=2, items=["Un"])
    said = ListComment.objects.create(list=version.list, author_id=1, author_name="Camille", text="Oui")
    assert [str(each) for each in (version, version.items.get(), said)] == ["Charte – 2", "Un", "Camille – Charte"]
    assert TermFactory.build(label="Dialogue territorial", short_label="Dialogue").short == "Dialogue"
    assert str(TermFactory.build(label="Dialogue territorial")) == "Dialogue territorial"
