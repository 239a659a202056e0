"""Drafts of several people and windows in one column: none writes over another."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from alliage.ui.drafts import DraftRefused, DraftTaken, Mark, draft_of, last_kept, saved, with_draft, without_draft

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ALIX, JEANNE = SimpleNamespace(pk=1), SimpleNamespace(pk=2)


def kept(drafts, text, *, person=ALIX, mark=None, now=NOW):
    return with_draft(drafts, {"title": [text]}, mark=mark or Mark("v1", "t1"), person=person, now=now, longest=100)


def test_each_person_has_a_draft_of_her_own():
    both = kept(kept(None, "Un"), "Deux", person=JEANNE, now=NOW + timedelta(hours=1))
    assert draft_of(both, ALIX) == {"data": {"title": ["Un"]}, "version": "v1", "tab": "t1", "at": NOW.isoformat()}
    assert draft_of(both, JEANNE)["data"] == {"title": ["Deux"]}
    assert draft_of(None, ALIX) is None
    assert last_kept(both) == NOW + timedelta(hours=1)
    left = without_draft(both, JEANNE)
    assert draft_of(left, ALIX)["data"] == {"title": ["Un"]}
    assert without_draft(left, ALIX) is None
    assert without_draft(None, ALIX) is None
    assert last_kept(None) is None


def test_another_window_is_not_written_over_unless_it_was_seen_or_one_insists():
    first = kept(None, "Un")
    with pytest.raises(DraftTaken) as refused:
        kept(first, "Deux", mark=Mark("v1", "t2"))
    assert refused.value.at == NOW.isoformat()
    assert draft_of(kept(first, "Deux", mark=Mark("v1", "t2", seen=refused.value.at)), ALIX)["data"]["title"] == [
        "Deux"
    ]
    assert draft_of(kept(first, "Deux", mark=Mark("v1", "t2", force=True)), ALIX)["tab"] == "t2"
    assert draft_of(kept(first, "Encore"), ALIX)["data"]["title"] == ["Encore"]


def test_what_a_window_sent_before_it_saved_is_left_out_when_it_arrives_after():
    done = saved(kept(None, "Un"), ALIX, tab="t1", now=NOW)
    assert (draft_of(done, ALIX), last_kept(done)) == (None, None)
    assert kept(done, "Un", now=NOW + timedelta(seconds=2)) == done
    assert draft_of(kept(done, "Deux", now=NOW + timedelta(minutes=1)), ALIX)["data"] == {"title": ["Deux"]}
    assert draft_of(kept(done, "Deux", mark=Mark("v2", "t2")), ALIX)["data"] == {"title": ["Deux"]}
    assert draft_of(kept(done, "Deux", person=JEANNE), JEANNE)["data"] == {"title": ["Deux"]}
    assert saved(kept(None, "Un"), ALIX, tab="", now=NOW) is None


def test_a_draft_has_a_size():
    with pytest.raises(DraftRefused, match="trop long"):
        kept(None, "x" * 100)
