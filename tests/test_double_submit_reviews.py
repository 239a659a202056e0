"""A text taken, remarked, published, doubted or helped from several windows at the same moment: each once, and nobody sees an error."""

import pytest
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import Doubt, HelpWanted, Proposal, Remark, Resource, Version
from alliage.library.services import help as helps
from alliage.library.services import proposals, renewal, reviews
from alliage.library.tests.factories import proposed, published
from alliage.refusals import Refusal
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 4


def submitted() -> Proposal:
    return proposals.submit(proposed(), by=None, now=timezone.now())


def did(act) -> bool:
    try:
        act()
    except Refusal:
        return False
    return True


def test_of_several_reviewers_one_takes_a_text():
    proposal = submitted()
    readers = [MemberFactory(role=Role.FACILITATOR) for _window in range(WINDOWS)]
    acts = [
        lambda by=by: did(lambda: reviews.take(Proposal.objects.get(pk=proposal.pk), by=by, now=timezone.now()))
        for by in readers
    ]
    assert at_once(*acts).count(True) == 1
    assert Proposal.objects.get().reviewer in readers


def test_a_remark_sent_twice_is_one_and_a_text_is_published_once():
    proposal, reader = submitted(), MemberFactory(role=Role.FACILITATOR)
    reviews.take(proposal, by=reader, now=timezone.now())
    say = lambda: reviews.remark(proposal, part="title", text="Dites où.", by=reader, now=timezone.now())  # noqa: E731
    assert len({remark.pk for remark in at_once(*[say] * WINDOWS)}) == 1
    Remark.objects.all().delete()
    accept = lambda: did(lambda: reviews.accept(proposal, by=reader, now=timezone.now()))  # noqa: E731
    assert at_once(*[accept] * WINDOWS).count(True) == 1
    assert Version.objects.count() == 1


def test_what_is_doubted_or_sought_from_several_windows_is_there_once():
    resource = published()
    owner = resource.owner

    def doubt():
        return renewal.say_doubt(resource, text="La loi a changé", by=None, sent="1", now=timezone.now())

    def wanted():
        return helps.ask_help(resource, kind="donnees", text="Des chiffres", by=owner, now=timezone.now())

    assert {each.pk for each in at_once(*[doubt] * WINDOWS)} == {Doubt.objects.get().pk}
    assert {each.pk for each in at_once(*[wanted] * WINDOWS)} == {HelpWanted.objects.get().pk}

    def answer():
        return helps.answer_help(
            HelpWanted.objects.get(), name="Jeanne", email="j@exemple.fr", text="Voici", sent="1", now=timezone.now()
        )

    assert len({each.pk for each in at_once(*[answer] * WINDOWS)}) == 1
    assert Resource.objects.count() == 1
