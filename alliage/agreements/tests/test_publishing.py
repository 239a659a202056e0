"""Nothing is public, unless two partners chose it."""

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.models import Agreement, LinkedAlliance
from alliage.agreements.queries import agreements as queries
from alliage.agreements.services import agreements as life
from alliage.agreements.services import partners
from alliage.agreements.services import publishing as services
from alliage.agreements.services.agreements import AgreementRefused
from alliage.agreements.tests.factories import LATER, NOW, agreed, group, owner_of, scoped, sides
from alliage.directory.enums import AllianceState
from alliage.directory.models import Alliance
from alliage.directory.queries.alliances import visible_alliances
from alliage.directory.tests.factories import AllianceFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def show(partner, *, now=NOW):
    services.show(partner, by=owner_of(partner), now=now)


def test_one_choice_shows_nothing_two_show_an_alliance():
    goal, lever = TermFactory(vocabulary=Vocabulary.ODD), TermFactory(vocabulary=Vocabulary.LEVIERS)
    made = agreed(terms=[goal, lever])
    mine, other = sides(made)
    show(mine)
    assert Alliance.objects.count() == 0
    show(other)
    show(other)
    found = visible_alliances().get()
    assert (found.subject, found.since, list(found.goals.all())) == (made.subject, 2026, [goal])
    assert queries.linked(made)[0].is_published


def test_taking_the_choice_back_takes_it_from_the_directory():
    made = agreed()
    mine, other = sides(made)
    show(mine)
    show(other)
    for _twice in range(2):
        services.hide(mine, by=owner_of(mine), now=LATER)
    assert Alliance.objects.count() == 0
    show(mine)
    assert Alliance.objects.count() == 1
    partners.leave(other, by=owner_of(other), now=LATER)
    assert Alliance.objects.count() == 0


def test_only_a_partner_of_a_signed_agreement_chooses():
    mine = sides(scoped())[0]
    with pytest.raises(AgreementRefused, match="Signez"):
        show(mine)
    made = agreed(mine=group("C"), other=group("D"))
    third = made.partners.create(entry=group("E"), name="E")
    with pytest.raises(AgreementRefused, match="partenaire"):
        show(third)


def test_what_was_in_the_directory_is_linked_and_stays():
    mine, other = group("A"), group("B")
    known = AllianceFactory(first=mine, second=other, subject="Un atelier partagé")
    made = agreed(mine=mine, other=other)
    for each in sides(made):
        show(each)
    assert [(link.alliance, link.is_published) for link in queries.linked(made)] == [(known, False)]
    services.hide(sides(made)[0], by=mine.owner, now=LATER)
    show(sides(made)[0])
    assert Alliance.objects.get() == known
    assert LinkedAlliance.objects.count() == 1


def test_with_three_partners_each_pair_is_shown_and_one_takes_back_only_its_own():
    made = agreed()
    third = made.partners.create(entry=group("Troisième"), name="Troisième", state="in", answered_at=NOW)
    for each in (*sides(made)[:2], third):
        show(each)
    assert Alliance.objects.count() == 3
    services.hide(third, by=owner_of(third), now=LATER)
    assert Alliance.objects.count() == 1


def test_a_partner_whose_entry_is_gone_shows_nothing():
    made = agreed()
    mine, other = sides(made)
    show(mine)
    mine.entry.delete()
    show(other)
    assert Alliance.objects.count() == 0
    services.hide(mine, by=MemberFactory(), now=LATER)
    assert not made.partners.filter(is_shown=True, pk=mine.pk).exists()
    lost = made.partners.get(pk=mine.pk)
    services.show(lost, by=MemberFactory(), now=LATER)
    assert Alliance.objects.count() == 0


def test_what_came_of_it_is_written_there_by_who_speaks_for_a_side():
    made = agreed()
    for each in sides(made):
        show(each)
    by = owner_of(sides(made)[0])
    ended = life.close(made, outcome="Un atelier est né.", by=by, now=LATER)
    assert services.tell_outcome(ended, by=MemberFactory(), now=LATER) == 0
    assert services.tell_outcome(ended, by=by, now=LATER) == 1
    found = Alliance.objects.get()
    assert (found.outcome, found.state) == ("Un atelier est né.", AllianceState.CONFIRMED)
    Agreement.objects.update(outcome="")
    assert services.tell_outcome(Agreement.objects.get(), by=by, now=LATER) == 0
