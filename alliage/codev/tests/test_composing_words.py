"""What the composer answers, in French."""

from datetime import date

import pytest

from alliage.codev.composing import Rules, explain, slots, words
from alliage.codev.composing.people import Flag, Hint, Reason, Unplaced
from alliage.codev.tests.composing_world import free
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db

ON = date(2027, 1, 11)
SPEAKER = words.Speaker(ON, Rules(), {1: "Anne", 2: "Basile"})
MONDAY_9 = 16  # 8:00 UTC


def test_hours_that_follow_one_another_are_one_span_from_monday_at_ones_own_clock():
    common = slots.starts(free((0, 8), (0, 10), (2, 14)), 90)
    assert words.hours(common, 90, "Europe/Paris", ON) == [
        "lundi de 8\u00a0h à 12\u00a0h",
        "mercredi de 14\u00a0h à 16\u00a0h",
    ]
    assert words.hours(common, 90, "Pacific/Noumea", ON) == [
        "lundi de 18\u00a0h à 22\u00a0h",
        "jeudi de 0\u00a0h à 2\u00a0h",
    ]
    assert words.hours(0, 90, "Europe/Paris", ON) == []


def test_someone_free_all_the_time_has_no_beginning():
    assert words.hours(slots.WEEK, 90, "Europe/Paris", ON) == []


def test_words_are_listed_as_one_speaks():
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b et c"


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (Flag(explain.TOO_FEW), "Trop peu de monde\u00a0: 5 personnes au moins."),
        (Flag(explain.TOO_MANY), "Trop de monde\u00a0: 8 personnes au plus."),
        (Flag(explain.NO_HOUR), "Aucun créneau commun."),
        (
            Flag(explain.NO_HOUR, frozenset({1, 2})),
            "Aucun créneau commun\u00a0; il y en aurait un sans Anne ou sans Basile.",
        ),
        (
            Flag(explain.COLLEAGUES, frozenset({1, 2})),
            "Anne et Basile sont de la même organisation\u00a0: un lien hiérarchique est possible.",
        ),
        (Flag(explain.APART), "Une personne du groupe préfère ne pas être avec une autre."),
        (
            Flag(explain.ONE_REGION, frozenset({1}), ("Bretagne", "4")),
            "4 personnes viennent de «\u00a0Bretagne\u00a0»\u00a0: 3 au plus.",
        ),
        (Flag(explain.MET_BEFORE, frozenset({1, 9})), "Anne et une personne ont déjà été dans un même groupe."),
        (
            Flag(explain.ONE_METIER, values=("dialogue", "x")),
            "Les métiers ne se croisent pas. Manquent «\u00a0Dialogue\u00a0» et «\u00a0x\u00a0».",
        ),
        (Flag(explain.MISSING_METIERS, values=("x",)), "Un métier manque\u00a0: «\u00a0x\u00a0»."),
        (
            Flag(explain.MISSING_METIERS, values=("x", "y")),
            "Des métiers manquent\u00a0: «\u00a0x\u00a0» et «\u00a0y\u00a0».",
        ),
    ],
    ids=lambda value: f"{value.code}-{len(value.people)}-{len(value.values)}" if isinstance(value, Flag) else "",
)
def test_what_a_group_lacks_is_said_in_one_sentence(flag, said):
    Term.objects.create(vocabulary="metiers", code="dialogue", label="Dialogue")
    assert words.flag(flag, SPEAKER) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason(explain.BRINGS, ("lieu",)), "apporte le métier «\u00a0lieu\u00a0», que personne d’autre n’a ici"),
        (Reason(explain.SHARES, ("x",), 1), "travaille le levier «\u00a0x\u00a0», comme une autre personne"),
        (Reason(explain.SHARES, ("x",), 3), "travaille le levier «\u00a0x\u00a0», comme 3 autres"),
        (Reason(explain.FROM_ELSEWHERE, ("Mayotte",)), "vient d’ailleurs\u00a0: Mayotte"),
        (Reason(explain.WISHED), "un souhait d’être ensemble est suivi"),
        (Reason(explain.ONLY_HOURS), "a peu de créneaux, et le groupe s’y retrouve"),
        (Reason(explain.FREE), "est libre aux heures du groupe"),
    ],
    ids=lambda value: f"{value.code}-{value.count}" if isinstance(value, Reason) else "",
)
def test_why_someone_sits_there_is_said_in_plain_words(reason, said):
    assert words.reason(reason) == said


@pytest.mark.parametrize("code", [explain.NO_SLOTS, explain.ALONE, explain.RULED_OUT, explain.FULL])
def test_why_someone_sits_nowhere_is_said(code):
    assert words.unplaced(Unplaced(1, code)).endswith(".")


@pytest.mark.parametrize(
    ("hint", "zone", "said"),
    [
        (Hint(explain.TICK), "Europe/Paris", "Dire ses disponibilités."),
        (
            Hint(explain.WITH_COLLEAGUES),
            "Europe/Paris",
            "Accepter une personne de son organisation, qui l’accepte aussi.",
        ),
        (
            Hint(explain.MORE_PEOPLE, count=1),
            "Europe/Paris",
            "Avec une personne de plus, libre aux mêmes heures, un groupe s’ouvrirait.",
        ),
        (
            Hint(explain.MORE_PEOPLE, count=3),
            "Europe/Paris",
            "Avec 3 personnes de plus, libres aux mêmes heures, un groupe s’ouvrirait.",
        ),
        (
            Hint(explain.ADD, MONDAY_9, group=2),
            "Europe/Paris",
            (
                "Ajouter un créneau\u00a0: le lundi de 8\u00a0h à 10\u00a0h et le lundi de 10\u00a0h à 12\u00a0h, "
                "et une place s’ouvre dans le groupe 2."
            ),
        ),
        (
            Hint(explain.ADD, MONDAY_9, count=1),
            "Pacific/Tahiti",
            (
                "Ajouter un créneau\u00a0: le dimanche de 22\u00a0h à 23\u00a0h\u00a030\u00a0; "
                "une autre personne sans groupe est libre à ce moment."
            ),
        ),
        (
            Hint(explain.ADD, MONDAY_9, count=4),
            "Pacific/Noumea",
            (
                "Ajouter un créneau\u00a0: le lundi de 18\u00a0h à 20\u00a0h et le lundi de 20\u00a0h à 22\u00a0h\u00a0; "
                "4 autres personnes sans groupe sont libres à ce moment."
            ),
        ),
    ],
    ids=lambda value: f"{value.code}-{value.group}-{value.count}" if isinstance(value, Hint) else "",
)
def test_what_would_help_is_said_at_the_clock_of_who_needs_it(hint, zone, said):
    assert words.hint(hint, SPEAKER, 0, zone) == said


def test_a_member_does_not_read_the_number_of_a_group():
    said = words.hint(Hint(explain.ADD, MONDAY_9, group=2), SPEAKER, free((0, 8)), "Europe/Paris", named=False)
    assert said == "Ajouter un créneau\u00a0: le lundi de 10\u00a0h à 12\u00a0h, et une place s’ouvre dans un groupe."
