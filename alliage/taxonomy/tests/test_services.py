from datetime import UTC, datetime

import pytest

from alliage.taxonomy import queries, services
from alliage.taxonomy.models import ListItem
from alliage.taxonomy.tests.factories import NetworkListFactory, PublishedVersionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture
def charte(db):
    return NetworkListFactory(code="charte")


@pytest.fixture
def acts(animator):
    return {"by": animator, "now": NOW}


def labels(version):
    return [item.label for item in version.items.all()]


def test_the_first_item_opens_a_draft_that_nobody_else_reads(charte, acts, animator):
    item = services.add_item(charte, label=" Agir ensemble ", text=" Texte ", **acts)
    assert (item.code, item.label, item.text, item.position) == ("agir-ensemble", "Agir ensemble", "Texte", 1)
    draft = queries.draft(charte)
    assert (draft.number, draft.author_id, draft.created_at) == (1, animator.pk, NOW)
    assert queries.published(charte) is None
    assert queries.facet("charte") == ()


def test_publishing_makes_the_draft_what_the_network_reads(charte, acts):
    services.add_item(charte, label="Un", **acts)
    services.add_item(charte, label="Deux", **acts)
    version = services.publish_version(charte, note=" adoptée ", **acts)
    assert (version.note, version.published_at) == ("adoptée", NOW)
    assert labels(queries.published(charte)) == ["Un", "Deux"]
    assert [item.code for item in queries.facet("charte")] == ["un", "deux"]
    assert queries.draft(charte) is None


def test_a_new_draft_starts_from_what_is_published_and_leaves_it_alone(charte, acts):
    PublishedVersionFactory(list=charte, number=1, items=["Un", "Deux"])
    services.change_item(charte, "un", label="Premier", text="", **acts)
    assert labels(queries.draft(charte)) == ["Premier", "Deux"]
    assert labels(queries.published(charte)) == ["Un", "Deux"]
    assert queries.draft(charte).number == 2


def test_a_code_names_one_thing_for_ever(charte, acts):
    PublishedVersionFactory(list=charte, number=1, items=["Un"])
    services.remove_item(charte, "un", **acts)
    assert services.add_item(charte, label="Un", **acts).code == "un-2"
    assert services.add_item(charte, label="Un", **acts).code == "un-3"
    assert services.add_item(charte, label="«»", **acts).code == "element"


def test_items_move_up_and_down_and_stay_at_the_edges(charte, acts):
    PublishedVersionFactory(list=charte, number=1, items=["A", "B", "C"])
    services.move_item(charte, "c", up=True, **acts)
    assert labels(queries.draft(charte)) == ["A", "C", "B"]
    services.move_item(charte, "a", up=False, **acts)
    assert labels(queries.draft(charte)) == ["C", "A", "B"]
    services.move_item(charte, "c", up=True, **acts)
    services.move_item(charte, "b", up=False, **acts)
    assert labels(queries.draft(charte)) == ["C", "A", "B"]


def test_removing_an_item_closes_the_ranks(charte, acts):
    PublishedVersionFactory(list=charte, number=1, items=["A", "B", "C"])
    services.remove_item(charte, "b", **acts)
    assert [(item.code, item.position) for item in queries.draft(charte).items.all()] == [("a", 1), ("c", 2)]


def test_an_unknown_item_is_told(charte, acts):
    with pytest.raises(ListItem.DoesNotExist):
        services.change_item(charte, "inconnu", label="x", text="", **acts)


def test_nothing_is_published_without_items_or_without_a_note(charte, acts):
    with pytest.raises(services.NothingToPublish):
        services.publish_version(charte, note="x", **acts)
    services.add_item(charte, label="Un", **acts)
    with pytest.raises(services.NoteMissing):
        services.publish_version(charte, note="  ", **acts)
    services.remove_item(charte, "un", **acts)
    with pytest.raises(services.NothingToPublish):
        services.publish_version(charte, note="x", **acts)


def test_a_dropped_draft_leaves_what_is_published(charte, acts):
    PublishedVersionFactory(list=charte, number=1, items=["A"])
    services.add_item(charte, label="B", **acts)
    services.drop_draft(charte)
    assert queries.draft(charte) is None
    assert labels(queries.published(charte)) == ["A"]


def test_a_comment_keeps_the_name_its_author_had(charte, member):
    services.comment(charte, text=" Très juste. ", by=member, now=NOW)
    said = queries.comments(charte).get()
    assert (said.text, said.author_id, said.author_name, said.created_at) == (
        "Très juste.",
        member.pk,
        member.name,
        NOW,
    )


@pytest.mark.parametrize("text", ["", "   ", "x" * (services.COMMENT_LENGTH + 1)])
def test_an_empty_or_endless_comment_is_refused(charte, member, text):
    with pytest.raises(services.CommentRefused):
        services.comment(charte, text=text, by=member, now=NOW)


def test_a_comment_sent_twice_is_written_once(charte, member, animator):
    services.comment(charte, text="Oui", by=member, now=NOW)
    with pytest.raises(services.CommentRefused):
        services.comment(charte, text="Oui", by=member, now=NOW)
    services.comment(charte, text="Oui", by=animator, now=NOW)
    services.comment(charte, text="Oui", item_code="un", by=member, now=NOW)
    assert queries.comments(charte).count() == 3


def test_a_hidden_comment_can_be_shown_again(charte, member):
    said = services.comment(charte, text="Oui", by=member, now=NOW)
    services.hide_comment(said)
    assert list(queries.comments(charte)) == []
    assert list(queries.comments(charte, with_hidden=True)) == [said]
    services.show_comment(said)
    assert list(queries.comments(charte)) == [said]


def test_a_member_takes_their_words_away_and_their_name_is_forgotten(charte, animator):
    acts = {"by": animator, "now": NOW}
    services.comment(charte, text="Oui", **acts)
    services.add_item(charte, label="Un", **acts)
    assert queries.comments_by(animator.pk) == [{"list": charte.title, "item": "", "text": "Oui", "written_at": NOW}]
    services.forget_author(animator.pk)
    assert queries.comments_by(animator.pk) == []
    assert queries.comments(charte).get().author_name == "Ancien membre"
    assert queries.draft(charte).author_name == "Ancien membre"
