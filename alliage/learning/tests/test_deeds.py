"""What learning gives to « Mes preuves »: advice that a territory followed, without saying which, and completed paths."""

import pytest

from alliage.directory.queries import deeds as queries
from alliage.learning.enums import PathState
from alliage.learning.queries import deeds as reads
from alliage.learning.tests.factories import NOW
from alliage.learning.tests.followed import a_path, finish, follows
from alliage.learning.tests.planned import AdviceFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db


def test_advice_counts_once_it_was_used_and_names_nothing(member):
    advice = AdviceFactory(sender=member)
    assert queries.of_member(member, now=NOW) == []
    advice.used_at = NOW
    advice.save()
    [deed] = queries.of_member(member, now=NOW)
    assert (deed.title, deed.url, deed.metiers) == ("Un conseil qu’un territoire a suivi jusqu’au bout", "", ())


def test_advice_serves_the_metiers_of_the_resource(member):
    advice = AdviceFactory(sender=member, used_at=NOW)
    metier = Term.objects.create(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    advice.resource.terms.add(metier)
    [deed] = queries.of_member(member, now=NOW)
    assert deed.metiers == ("lieu",)


def test_a_completed_path_is_there_with_its_page(member):
    path = a_path("Premiers pas")
    follow = follows(path, member)
    assert queries.of_member(member, now=NOW) == []
    finish(follow)
    [deed] = queries.of_member(member, now=NOW)
    assert (deed.source.code, deed.title, deed.url) == (reads.PATHS, "Premiers pas", path.get_absolute_url())


def test_a_path_taken_back_to_draft_is_not_there(member):
    path = a_path()
    finish(follows(path, member))
    path.state = PathState.DRAFT
    path.save()
    assert queries.of_member(member, now=NOW) == []
