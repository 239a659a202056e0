"""Territories compared by lots of five: no two readings differ by one territory, whoever comes and goes."""

import random

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.models import ComparedLot, ComparedPlace, Diagnostic
from alliage.learning.queries import comparison
from alliage.learning.queries.comparison import Group, standing
from alliage.learning.services import comparison as services
from alliage.learning.services.comparison import ComparisonRefused
from alliage.learning.tests.factories import (
    LEVERS,
    NOW,
    DiagnosticFactory,
    TerritoryFileFactory,
    closed_diagnostic,
    holder_of,
    opened,
)
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
VILLAGE = Group("commune", "<2000")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Figures are kept some minutes: here each reading is a fresh one."""
    monkeypatch.setattr(comparison, "KEPT_SECONDS", 0)


def result(**means):
    said = dict.fromkeys(LEVERS, 2.0) | means
    return {"respondents": 3, "levers": {lever: {"mean": mean} for lever, mean in said.items()}}


def village(population=800, *, opening=None, holder=None, **means) -> Diagnostic:
    """A closed diagnostic of a village, whose team did not say yet that it may count."""
    file = TerritoryFileFactory(territory=TerritoryFactory(population=population), holder=holder)
    return DiagnosticFactory(file=file, closed_at=NOW, result=result(**means), opening=opening or opened())


def join(*diagnostics):
    for each in diagnostics:
        services.join(each, by=None, now=NOW)


def test_four_wait_and_nothing_is_shown_and_the_fifth_brings_all_five_at_once():
    five = [village(alliance=float(rank % 4 + 1)) for rank in range(5)]
    join(*five[:4])
    assert comparison.figures(VILLAGE) == comparison.Figures()
    assert standing(five[0]) == "waiting"
    join(five[4])
    found = comparison.figures(VILLAGE)
    assert (found.territories, found.means["alliance"], found.means["modele"]) == (5, 2.2, 2.0)
    assert standing(Diagnostic.objects.get(pk=five[0].pk)) == "counted"


def test_whoever_leaves_takes_the_whole_lot_away_and_never_comes_back_with_this_result():
    five = [village() for _ in range(5)]
    join(*five)
    services.leave(five[2], by=None, now=NOW)
    services.leave(five[2], by=None, now=NOW)
    assert comparison.figures(VILLAGE) == comparison.Figures()
    assert standing(Diagnostic.objects.get(pk=five[2].pk)) == "left"
    with pytest.raises(ComparisonRefused):
        join(five[2])
    join(village())
    assert comparison.figures(VILLAGE).territories == 0, "the four others are not counted with a newcomer"


def test_an_erased_diagnostic_takes_its_lot_away_too():
    five = [village() for _ in range(5)]
    join(*five)
    five[0].delete()
    assert comparison.figures(VILLAGE).territories == 0


def test_a_lever_that_one_of_five_does_not_know_has_no_figure():
    join(*(village(alliance=None if rank == 0 else 3.0) for rank in range(5)))
    assert "alliance" not in comparison.figures(VILLAGE).means
    assert comparison.figures(VILLAGE).means["modele"] == 2.0


def test_classes_do_not_overlap_and_one_territory_is_not_five():
    join(*(village() for _ in range(4)), village(5_000))
    assert comparison.figures(VILLAGE).territories == 0
    again = Diagnostic.objects.filter(territory__population=800).first()
    assert again is not None
    second = DiagnosticFactory(file=again.file, number=2, closed_at=NOW, result=result())
    join(second)
    assert not ComparedLot.objects.exists()


def test_only_a_short_and_closed_diagnostic_of_a_territory_counts():
    for refused in (
        DiagnosticFactory(),
        DiagnosticFactory(depth="deep", lever="alliance", closed_at=NOW, result=result()),
        DiagnosticFactory(file=None, closed_at=NOW, result=result()),
    ):
        with pytest.raises(ComparisonRefused):
            join(refused)


def test_below_three_answers_a_result_does_not_count():
    alone = village()
    alone.result = alone.result | {"respondents": 2}
    alone.save()
    with pytest.raises(ComparisonRefused, match="Moins de trois"):
        join(alone)


def test_who_opens_four_files_does_not_read_the_fifth():
    """Someone holds four villages and waits for a fifth, to subtract what they answered themselves."""
    curious = MemberFactory()
    aimed_at = village(alliance=4.0)
    join(*(village(holder=curious) for _ in range(4)), aimed_at)
    assert comparison.figures(VILLAGE) == comparison.Figures()
    join(*(village() for _ in range(3)))
    assert comparison.figures(VILLAGE).territories == 5
    assert ComparedPlace.objects.filter(diagnostic__file__people__member=curious).count() == 1


def test_a_deep_diagnostic_is_compared_with_nothing():
    join(*(village() for _ in range(5)))
    one = village()
    assert comparison.beside(one).territories == 5
    one.depth, one.lever = "deep", "alliance"
    assert comparison.beside(one) == comparison.Figures()


def test_leaving_while_one_waits_is_not_for_good():
    one = village()
    join(one)
    services.leave(one, by=None, now=NOW)
    assert standing(one) == ""
    join(one)
    assert standing(one) == "waiting"


def test_no_two_exports_differ_by_less_than_five_territories():
    """Someone reads the figures after each step, subtracts them two by two, and looks for one territory."""
    lots = random.Random(7)
    opening_free = [village(alliance=1 + rank * 0.1) for rank in range(17)]
    readings, inside = {}, []
    for step in range(60):
        one = lots.choice(opening_free)
        try:
            if lots.random() < 0.7:
                join(one)
            else:
                services.leave(one, by=None, now=NOW)
        except ComparisonRefused:
            continue
        counted = frozenset(
            ComparedPlace.objects.filter(lot__in=[lot.pk for lot in whole()]).values_list("diagnostic_id", flat=True)
        )
        found = comparison.figures(VILLAGE)
        assert found.territories == len(counted)
        readings[counted] = step
        inside.append(found.territories)
    assert max(inside) >= 5
    for one in readings:
        for other in readings:
            assert one == other or len(one ^ other) >= 5
            alone = one - other
            assert not alone or len(alone) >= 5


def whole():
    return [lot for lot in ComparedLot.objects.all() if lot.places.filter(left_at=None).count() == 5]


def test_a_lot_has_a_kind_and_a_diagnostic_one_place():
    with pytest.raises(IntegrityError), transaction.atomic():
        ComparedLot.objects.create(kind="planète", made_at=NOW)
    lot, one = ComparedLot.objects.create(kind="commune", made_at=NOW), village()
    ComparedPlace.objects.create(lot=lot, diagnostic=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        ComparedPlace.objects.create(lot=lot, diagnostic=one)
    assert "800" not in f"{lot} {lot.places.get()}"


def test_figures_are_kept_until_someone_leaves(
    monkeypatch, django_assert_num_queries, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(comparison, "KEPT_SECONDS", 300)
    five = [village() for _ in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        join(*five)
    assert comparison.figures(VILLAGE).territories == 5
    with django_assert_num_queries(0):
        comparison.figures(VILLAGE)
    with django_capture_on_commit_callbacks(execute=True):
        services.leave(five[0], by=None, now=NOW)
    assert comparison.figures(VILLAGE).territories == 0


def test_a_class_is_said_in_words():
    assert VILLAGE.words[0] == "commune"
    assert VILLAGE.words[1]
    assert Group("commune", "").words == ("commune", "")


def test_the_page_of_a_village_says_the_mean_of_those_like_it_and_no_name(client):
    call_command("load_taxonomy", verbosity=0)
    five = [village(alliance=3.5) for _ in range(5)]
    join(*five)
    reader = closed_diagnostic(TerritoryFileFactory(territory=TerritoryFactory(population=900)))
    client.force_login(holder_of(reader.file))
    url = reverse("learning:result", args=[reader.file_id, reader.number])
    page = client.get(url).content.decode()
    assert "moyenne de 5 territoires" in page
    assert "3,5" in page
    answer = client.get(url[:-1] + ".json")
    assert answer.json()["similar"] == {"territories": 5, "means": dict.fromkeys(LEVERS, 2.0) | {"alliance": 3.5}}
    assert all(each.territory.code not in answer.content.decode() for each in five)
