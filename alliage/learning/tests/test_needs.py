"""« La vue des besoins »: what is counted, and attacks on what is published: before and after, by subtraction, by readers of several files."""

import random
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import ActionState, FileRole
from alliage.learning.lots import Candidate, five, fives
from alliage.learning.models import NeedsLot, NeedsPlace, NeedsReading, TerritoryFile
from alliage.learning.queries import needs as queries
from alliage.learning.queries.needs import Area
from alliage.learning.services import needs
from alliage.learning.services.needs import NeedsRefused
from alliage.learning.tests.cohorting import lever
from alliage.learning.tests.factories import LEVERS, NOW, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.needed import a_departement, a_region, counted, inside, measured
from alliage.learning.tests.planned import ActionFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

LATER = NOW + timedelta(days=40)
drawn = settings(max_examples=60)


def rows(now=NOW):
    """What everyone reads once the night has passed."""
    needs.recount(now)
    return NeedsReading.objects.get().rows


def line(code, found):
    return next((row for row in found if row["code"] == code and row["kind"] != Kind.REGION), None)


# --- Who counts --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_counts_who_did_not_say_so_and_the_fifth_brings_all_five():
    loire = a_departement(region=a_region())
    files = [counted(loire, "alliance", agrees=False) for _ in range(5)]
    assert [file.counts_needs for file in files] == [False] * 5
    assert rows() == []
    for file in files[:4]:
        needs.agree(file, by=holder_of(file), now=NOW)
    assert rows() == []
    assert [queries.standing(file) for file in files] == ["waiting"] * 4 + [""]
    needs.agree(files[4], by=holder_of(files[4]), now=NOW)
    needs.agree(files[4], by=holder_of(files[4]), now=NOW)
    assert line("42", rows())["cells"] == {"alliance": {"wanted": 5}}
    assert queries.standing(files[0]) == "counted"
    assert files[4].history.filter(text__contains="vue des besoins").count() == 1
    assert NeedsReading.objects.get().rows == rows(), "a second run the same night changes nothing"


@pytest.mark.django_db
def test_only_results_of_three_people_count_the_last_of_each_territory():
    loire = a_departement()
    files = [counted(loire, "alliance") for _ in range(4)]
    alone = counted(loire, "alliance", respondents=2)
    assert rows() == []
    assert queries.standing(alone) == "none"
    measured(alone, "alliance", "numerique")
    assert line("42", rows())["cells"] == {"alliance": {"wanted": 5}}
    assert len(files) == 4


@pytest.mark.django_db
def test_a_territory_without_a_line_where_to_count_is_told_so():
    nowhere = TerritoryFileFactory(territory=a_region())
    with pytest.raises(NeedsRefused, match="aucun département"):
        needs.agree(nowhere, by=None, now=NOW)
    assert not TerritoryFile.objects.get(pk=nowhere.pk).counts_needs
    TerritoryFile.objects.update(counts_needs=True)
    measured(nowhere, "alliance")
    assert rows() == [], "nor when its département was taken away since"


@pytest.mark.django_db
def test_plans_and_what_is_stuck_are_counted_never_what_they_say():
    loire = a_departement()
    files = [counted(loire) for _ in range(5)]
    alliance, digital = lever("alliance"), lever("numerique")
    for file in files:
        for _twice in range(2):
            ActionFactory(file=file, lever=alliance, state=ActionState.STUCK, obstacle="canari")
        ActionFactory(file=file, lever=digital, state=ActionState.DROPPED)
        ActionFactory(file=file)
    ActionFactory(file=files[0], lever=digital)
    found = rows()
    assert line("42", found)["cells"] == {"alliance": {"planned": 5, "stuck": 5}}
    assert "canari" not in str(found)
    assert all(file.territory.name not in str(found) for file in files)


# --- Attacks: before and after -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_more_territory_changes_nothing_before_five_others():
    loire = a_departement()
    for _ in range(5):
        counted(loire, "alliance")
    before = rows()
    for _ in range(4):
        counted(loire, "numerique")
        assert rows() == before
    counted(loire, "numerique")
    after = line("42", rows())
    assert (after["territories"], after["cells"]) == (10, {"alliance": {"wanted": 5}, "numerique": {"wanted": 5}})


@pytest.mark.django_db
def test_whoever_leaves_takes_the_whole_lot_away_the_next_night():
    loire = a_departement()
    files = [counted(loire, "alliance") for _ in range(10)]
    assert line("42", rows())["territories"] == 10
    gone = files[0]
    needs.withdraw(gone, by=holder_of(gone), now=NOW)
    needs.withdraw(gone, by=holder_of(gone), now=NOW)
    assert line("42", NeedsReading.objects.get().rows)["territories"] == 10, "read until the night"
    assert line("42", rows())["territories"] == 5
    assert gone.pk not in inside()
    assert gone.history.filter(text__contains="ne sont plus comptées").count() == 1
    needs.agree(gone, by=holder_of(gone), now=NOW)
    assert line("42", rows())["territories"] == 5
    assert queries.standing(gone) == "used"


@pytest.mark.django_db
def test_those_who_were_together_are_never_together_again():
    """a, b, c, d, e, then b, c, d, e, f: the difference would tell f, less a."""
    loire = a_departement()
    files = [counted(loire, "alliance") for _ in range(5)]
    rows()
    needs.withdraw(files[0], by=None, now=NOW)
    rows()
    for file in files[1:]:
        measured(file, "alliance", now=LATER)
    newcomers = [counted(loire) for _ in range(3)]
    assert rows(LATER) == []
    newcomers.append(counted(loire))
    assert line("42", rows(LATER))["territories"] == 5
    assert len(set(inside()) & {file.pk for file in files}) == 1


@pytest.mark.django_db
def test_new_answers_count_when_the_five_have_some():
    loire = a_departement()
    files = [counted(loire, "alliance") for _ in range(5)]
    before = rows()
    for file in files[:4]:
        measured(file, "numerique", now=LATER)
        ActionFactory(file=file, lever=lever("numerique"))
        assert rows(LATER) == before
    measured(files[4], "numerique", respondents=2, now=LATER)
    assert rows(LATER) == before
    measured(files[4], "numerique", now=LATER)
    assert line("42", rows(LATER))["cells"] == {"numerique": {"wanted": 5}}


@pytest.mark.django_db
def test_an_erased_result_takes_its_lot_away():
    loire = a_departement()
    files = [counted(loire, "alliance") for _ in range(5)]
    rows()
    files[2].diagnostics.get().delete()
    assert rows() == []


@pytest.mark.django_db
def test_who_reads_four_files_does_not_read_the_fifth():
    loire, curious = a_departement(), MemberFactory()
    for _ in range(4):
        enter(counted(loire, "alliance"), curious, FileRole.CATALYST)
    counted(loire)
    assert rows() == []
    opened = measured(counted(loire, agrees=False), "alliance")
    opened.opened_by = curious
    opened.save()
    needs.agree(opened.file, by=None, now=NOW)
    for _ in range(2):
        counted(loire)
    assert rows() == []
    counted(loire)
    assert line("42", rows())["territories"] == 5
    read = TerritoryFile.objects.filter(people__member=curious) | TerritoryFile.objects.filter(pk=opened.file_id)
    assert len(set(inside()) & set(read.values_list("pk", flat=True))) == 1


@pytest.mark.django_db
def test_no_two_exports_differ_by_less_than_five_territories():
    """Someone takes the file away each night, whoever enters, leaves, answers again; then compares all of them, two by two."""
    chance = random.Random(11)
    region = a_region()
    areas = [a_departement("42", region=region), a_departement("69", region=region)]
    files = [counted(area, "alliance", agrees=False) for area in areas for _ in range(9)]
    readings = []
    for step in range(110):
        file = chance.choice(files)
        now = NOW + timedelta(days=step)
        act = chance.random()
        if act < 0.5:
            needs.agree(file, by=None, now=now)
        elif act < 0.62:
            needs.withdraw(file, by=None, now=now)
        else:
            measured(file, *chance.sample(LEVERS, 2), now=now)
        found = rows(now)
        readings.append((inside(), found))
        assert sum(row["territories"] for row in found if row["kind"] != Kind.REGION) == len(inside())
    assert max(len(each) for each, _rows in readings) >= 10
    for (one, published), (other, later) in combinations(readings, 2):
        changed = {file for file in one.keys() | other.keys() if one.get(file) != other.get(file)}
        assert not changed or len(changed) >= 5
        assert changed or published == later


# --- Attacks: subtraction ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_region_says_no_more_than_its_departements():
    region = a_region()
    for code, count in (("42", 5), ("69", 4), ("01", 5)):
        area = a_departement(code, region=region)
        for rank in range(count):
            counted(area, *(["alliance"] if code != "01" or rank < 3 else []))
    found = rows()
    total = next(row for row in found if row["kind"] == Kind.REGION)
    assert [row["code"] for row in found] == ["84", "01", "42"], "the Rhône, of four, has no line"
    assert (total["territories"], total["cells"]) == (10, {"alliance": {"wanted": 5}})
    assert line("01", found)["cells"] == {}


@pytest.mark.django_db
def test_overseas_count_in_their_departement_or_collectivity():
    reunion = a_departement("974", region=a_region("04", "La Réunion"))
    polynesia = TerritoryFactory(kind=Kind.COM, code="987", name="Polynésie d’essai")
    for area in (reunion, polynesia):
        for _ in range(4):
            counted(area, "alliance")
        whole = TerritoryFileFactory(territory=area)
        measured(whole, "alliance")
        needs.agree(whole, by=None, now=NOW)
    found = rows()
    assert [(row["kind"], row["code"], row["territories"]) for row in found] == [
        ("region", "04", 5),
        ("departement", "974", 5),
        ("com", "987", 5),
    ]
    assert found[0]["cells"] == found[1]["cells"] == found[2]["cells"]


AREAS = [
    Area("departement", code, code, region, region) for code, region in (("01", "84"), ("42", "84"), ("974", "04"))
]
AREAS.append(Area("com", "987", "987"))
# A lot: where it is, how many of its five for each lever, on one measure.
LOTS = st.lists(
    st.tuples(st.sampled_from(AREAS), st.lists(st.integers(0, 5), min_size=7, max_size=7)).map(
        lambda two: (two[0], {"wanted": dict(zip(LEVERS, two[1], strict=True))})
    ),
    max_size=8,
)


@drawn
@given(LOTS)
def test_what_is_published_hides_what_is_below_five_whatever_the_lots(lots):
    found = queries.published(lots)
    places = [row for row in found if row["kind"] != "region"]
    for row in found:
        cells = [count for levers in row["cells"].values() for count in levers.values()]
        assert all(count >= 5 and count % 5 == 0 for count in cells)
        assert row["territories"] >= 5
        if row["kind"] == "region":
            parts = [each for each in places if each["region"] == row["code"]]
            assert row["territories"] == sum(each["territories"] for each in parts)
            for code in LEVERS:
                summed = sum(queries.value(each, code, "wanted") or 0 for each in parts)
                assert (queries.value(row, code, "wanted") or 0) == summed, "a total is made of what is read"
    for area in AREAS:
        for code in LEVERS:
            true = sum(said["wanted"][code] for each, said in lots if each == area)
            shown = line(area.code, found)
            assert (queries.value(shown, code, "wanted") or 0 if shown else 0) == fives(true)


@drawn
@given(LOTS, st.sampled_from(AREAS), st.integers(0, 4))
def test_a_hidden_count_may_be_any_other_one_below_five(lots, area, hidden):
    """What is published stays the same whatever is below five: no line has a total that would give it."""
    others = [(each, {"wanted": said["wanted"] | {"alliance": 0}}) for each, said in lots]
    found = [queries.published([*others, (area, {"wanted": {"alliance": count}})]) for count in (0, hidden)]
    assert found[0] == found[1]


@drawn
@given(st.lists(st.tuples(st.integers(0, 9), st.frozensets(st.integers(0, 12), max_size=3)), max_size=30))
def test_five_are_of_five_territories_without_a_bond(waiting):
    candidates = [Candidate(rank, territory, bonds) for rank, (territory, bonds) in enumerate(waiting)]
    chosen = [candidates[rank] for rank in five(candidates)]
    assert len(chosen) in {0, 5}
    for one, other in combinations(chosen, 2):
        assert one.territory != other.territory
        assert not one.bonds & other.bonds


# --- The database ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_territory_is_in_one_lot_that_lives_and_a_result_in_one():
    loire = a_departement()
    file, other = counted(loire), counted(loire)
    lot, second = (NeedsLot.objects.create(area=loire, made_at=NOW) for _two in range(2))
    one = file.diagnostics.get()
    place = NeedsPlace.objects.create(lot=lot, file=file, diagnostic=one)
    more = measured(file)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedsPlace.objects.create(lot=second, file=other, diagnostic=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedsPlace.objects.create(lot=second, file=file, diagnostic=more)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedsPlace.objects.create(lot=lot, file=file, diagnostic=more, left_at=NOW)
    assert file.territory.name not in f"{lot} {place} {NeedsReading(made_at=NOW)}"
