"""Once a webinar is over, its account leads to the quiz of a path that sends to it, then to those of its theme."""

import pytest

from alliage.events.registry import proceedings_offers
from alliage.events.tests.factories import webinar
from alliage.learning.enums import PathState, StepKind
from alliage.learning.registers import after
from alliage.learning.tests.followed import a_path, add, step_of
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def offered(sequence, levers, rf):
    return after.of_quizzes(sequence, levers, rf.get("/"))


def test_the_quiz_of_a_path_that_leads_to_the_event_comes_first_then_those_of_its_levers(rf, django_assert_num_queries):
    term = TermFactory(vocabulary=Vocabulary.LEVIERS)
    sequence = webinar().sequences.get()
    theme = a_path("Sur ce levier", lever=term)
    leading = a_path("Avant le webinaire")
    add(leading, StepKind.EVENT, "Le webinaire", event=sequence.event)
    a_path("En cours d’écriture", lever=term, state=PathState.DRAFT)
    a_path("Un autre levier", lever=TermFactory(vocabulary=Vocabulary.LEVIERS))
    found = offered(sequence, [term], rf)
    with django_assert_num_queries(0):
        assert offered(sequence, [term], rf) == found
    assert [link.why for link in found.links] == [leading.title, theme.title]
    assert found.links[0].url == f"/parcours/{leading.slug}/etapes/{step_of(leading, StepKind.QUIZ).key}/"
    assert found.more.url == f"/parcours/?levier={term.code}"
    assert offered(sequence, [], rf).more.url == "/parcours/"


def test_without_any_quiz_about_it_nothing_is_offered(rf):
    a_path("Autre chose")
    assert offered(webinar().sequences.get(), [], rf) is None


def test_learning_is_among_what_a_sequence_leads_to():
    assert "learning.quizzes" in {offer.code for offer in proceedings_offers}
