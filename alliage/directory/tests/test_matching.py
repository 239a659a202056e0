"""From a need in words to people, with reasons that are true."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.core.management import call_command

from alliage.directory.enums import Outcome, RecipientState, RequestState, Visibility
from alliage.directory.models import HelpRequest, RequestRecipient
from alliage.directory.queries import matching
from alliage.directory.queries.understanding import by_code, understand
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.taxonomy import queries as taxonomy
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def words(db):
    call_command("load_taxonomy", verbosity=0)


@pytest.fixture
def france(words):
    return small_france()


def codes(need, **options):
    return [one.code for one in understand(need, **options)]


def term(code):
    found = by_code(code)
    assert found is not None
    return found


def catalyst(*, terms=(), areas=(), **fields):
    return CatalystFactory(terms=[term(code) for code in terms], areas=areas, **fields)


def found(need, territory, **options):
    return matching.find(understand(need), territory, need=need, today=TODAY, **options)


def reasons_of(result, entry):
    return next(match.reasons for match in (*result.here, *result.elsewhere) if match.shown.pk == entry.pk)


# --- Understand ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "first"),
    [
        ("Nous voulons ouvrir un tiers-lieu dans l’ancienne école", "metiers:lieu"),
        ("CONCERTATION avec les habitants", "metiers:dialogue"),
        ("trouver des financements", "leviers:modele"),
        ("on manque de médecins", "odd:3"),
        ("un projet alimentaire pour la cantine", "odd:2"),
        ("évaluer notre utilité sociale", "leviers:pertinence"),
        ("un espace de coworking", "missions:lieu-travail-partage"),
        ("la pirogue scolaire et la mobilité", "odd:11"),
    ],
)
def test_plain_words_lead_to_the_words_of_the_network(words, need, first):
    assert codes(need)[0] == first


@pytest.mark.parametrize(
    ("written", "meant"),
    [("gouvernence partagée", "metiers:dialogue"), ("un FINANCEMANT", "leviers:modele"), ("mobilitée", "odd:11"),
     ("desert medical", "odd:3"), ("accompagnememt", "metiers:accompagnement")],
)  # fmt: skip
def test_mistakes_accents_and_capitals_are_forgiven(words, written, meant):
    assert codes(written)[0] == meant


def test_two_mistakes_at_the_beginning_of_a_word_make_another_word(words):
    assert codes("apiculture") == []


@pytest.mark.parametrize("need", ["", "xyzzy", "nous cherchons de l’aide pour un projet", "!!! 42", "le la les"])
def test_what_says_nothing_is_not_guessed(words, need):
    assert codes(need) == []


def test_the_words_that_were_understood_are_given_back_as_they_were_written(words):
    (one,) = understand("Ouvrir un Tiers-Lieu dans l’ancienne  école")
    assert one.words == ("tiers-lieu", "ancienne école")
    assert one.weight == 1


def test_words_said_twice_weigh_once_and_the_best_come_first(words):
    twice = understand("financement, financement, financement, cantine")
    assert {one.code: one.weight for one in twice}["odd:2"] == 1
    assert (
        len(
            understand(
                " ".join(
                    group
                    for group in (
                        "tiers-lieu",
                        "concertation",
                        "financement",
                        "médecin",
                        "cantine",
                        "climat",
                        "logement",
                        "emploi",
                        "école",
                    )
                )
            )
        )
        <= 6
    )


def test_a_visitor_takes_away_and_adds_what_was_meant(words):
    assert codes("un tiers-lieu", refused=["metiers:lieu"]) == []
    chosen = understand("un tiers-lieu", chosen=["odd:3", "odd:3", "metiers:lieu", "rien:x", "regards:1", "odd:99"])
    assert [one.code for one in chosen] == ["metiers:lieu", "odd:3"]
    assert chosen[1].words == ()
    assert codes("un tiers-lieu", chosen=["odd:3"], refused=["odd:3"]) == ["metiers:lieu"]


def test_every_line_of_the_file_leads_somewhere(words):
    import json

    from alliage.directory.queries import understanding

    data = json.loads(understanding.DATA.read_text(encoding="utf-8"))
    assert data["source"]
    assert data["licence"]
    for group in data["groups"]:
        assert group["words"]
        for code in group["terms"]:
            assert by_code(code), code


def test_without_its_vocabulary_a_line_names_nothing(db):
    """Without the vocabulary, nothing is understood and nothing breaks."""
    assert codes("un tiers-lieu") == []


def test_a_question_of_a_levier_without_its_levier_names_nothing(words):
    parent = taxonomy.term("leviers", "strategie")
    parent.is_active = False
    parent.save()
    assert "leviers:strategie" not in codes("quelle ambition, quelle stratégie de moyens ?")


# --- Where ---------------------------------------------------------------------------------------------------------


def test_levels_come_in_order_from_the_commune_to_the_whole_country(france):
    people = {
        "equal": catalyst(areas=[france.etienne]),
        "epci": catalyst(areas=[france.metropole]),
        "departement": catalyst(areas=[france.loire]),
        "neighbour": catalyst(areas=[france.chamond]),
        "region": catalyst(areas=[france.region]),
        "national": catalyst(is_national=True),
        "same region": catalyst(areas=[france.rhone]),
    }
    catalyst(areas=[france.reunion])
    result = found("", france.etienne)
    order = [match.shown.pk for match in result.here]
    # Saint-Chamond looks like Saint-Étienne here: who acts there comes before who acts in the whole département.
    closest = ("equal", "epci", "neighbour", "departement", "region", "national")
    assert order == [people[name].pk for name in closest]
    assert result.more == 1
    assert result.nearest == matching.Nearness.EQUAL
    said = {name: reasons_of(found("", france.etienne, limit=20), one) for name, one in people.items()}
    assert said == {
        "equal": ["agit à Saint-Étienne"],
        "epci": ["agit dans votre intercommunalité"],
        "departement": ["agit dans votre département"],
        "neighbour": ["agit à Saint-Chamond"],
        "region": ["agit dans votre région"],
        "national": ["agit dans toute la France"],
        "same region": ["agit dans le Rhône"],
    }


def test_what_lies_inside_a_departement_is_in_it(france):
    inside = catalyst(areas=[france.chamond])
    result = found("", france.loire)
    assert reasons_of(result, inside) == ["agit à Saint-Chamond"]
    assert result.nearest == matching.Nearness.INSIDE


def test_an_office_is_said_to_be_an_office_and_hidden_ones_count_for_nothing(france):
    shown = catalyst(territory=france.etienne)
    hidden = catalyst(territory=france.etienne, place_visibility=Visibility.MEMBERS)
    result = found("", france.etienne)
    assert [match.shown.pk for match in result.here] == [shown.pk]
    assert reasons_of(result, shown) == ["a son bureau à Saint-Étienne", "à moins d’un kilomètre"]
    assert hidden.pk not in {match.shown.pk for match in result.elsewhere}


def test_a_distance_is_said_only_when_it_is_near_and_shown(france):
    near = catalyst(latitude=45.75, longitude=4.85, place_precision="address")
    blurred = catalyst(latitude=45.5, longitude=4.4, blur=5000, place_precision="address")
    catalyst(latitude=48.85, longitude=2.35, place_precision="address")
    catalyst(latitude=45.43, longitude=4.39, place_visibility=Visibility.NOBODY, place_precision="address")
    result = found("", france.etienne)
    assert {match.shown.pk for match in result.here} == {near.pk, blurred.pk}
    kilometres = round(matching.kilometres_between((45.43, 4.39), (45.75, 4.85)))
    assert reasons_of(result, near) == [f"à {kilometres} km"]
    assert reasons_of(result, blurred) == ["à 8 km environ"]
    assert result.nearest == matching.Nearness.OUT


def test_a_blurred_point_close_by_is_not_said_to_be_next_door(france):
    one = catalyst(latitude=45.43, longitude=4.39, blur=2000, place_precision="address")
    assert reasons_of(found("", france.etienne), one) == ["à quelques kilomètres au plus"]


def test_a_territory_without_a_point_has_no_distances(france):
    nowhere = TerritoryFactory(code="42999", name="Sans point", departement=france.loire, region=france.region)
    one = catalyst(areas=[france.loire], latitude=45.4, longitude=4.4, place_precision="address")
    assert reasons_of(found("", nowhere), one) == ["agit dans votre département"]


def test_distances_agree_with_the_plain_formula(france):
    entry = catalyst(latitude=-20.88, longitude=55.45, place_precision="address")
    known = matching.snapshot()
    computed = matching._kilometres(known, france.papeete)[known.row(entry.pk)]
    assert computed == pytest.approx(matching.kilometres_between((-17.53, -149.57), (-20.88, 55.45)), rel=1e-6)


# --- What ----------------------------------------------------------------------------------------------------------


def test_each_topic_is_a_reason_and_the_best_answer_comes_first(france):
    both = catalyst(terms=["metiers:lieu", "leviers:modele"], areas=[france.region])
    one = catalyst(terms=["metiers:lieu"], areas=[france.region])
    none = catalyst(terms=["metiers:dialogue"], areas=[france.etienne])
    result = found("financer un tiers-lieu", france.etienne)
    assert [match.shown.pk for match in result.here] == [both.pk, one.pk, none.pk]
    assert set(reasons_of(result, both)) == {
        "travaille le levier « transformer son modèle socio-économique »",
        "exerce le métier « gestion d’un lieu »",
        "agit dans votre région",
    }
    assert reasons_of(result, none) == ["agit à Saint-Étienne"]


def test_goals_and_missions_are_named_in_french(france):
    one = catalyst(terms=["odd:2", "missions:lieu-travail-partage"], areas=[france.etienne])
    said = reasons_of(found("cantine et coworking", france.etienne), one)
    assert "agit pour l’ODD 2, « faim “zéro” »" in said
    assert "pratique la mission « un espace de travail partagé (coworking) »" in said


def test_who_masters_the_subject_far_away_is_proposed_apart_when_few_are_near(france):
    far = catalyst(terms=["metiers:lieu"], areas=[france.reunion])
    catalyst(areas=[france.reunion])
    result = found("un tiers-lieu", france.etienne)
    assert result.here == []
    assert [match.shown.pk for match in result.elsewhere] == [far.pk]
    assert result.nearest == matching.Nearness.OUT
    assert reasons_of(result, far) == ["exerce le métier « gestion d’un lieu »"]


def test_nobody_far_away_when_enough_are_near(france):
    for _number in range(matching.SHOWN):
        catalyst(areas=[france.etienne])
    catalyst(terms=["metiers:lieu"], areas=[france.reunion])
    assert found("un tiers-lieu", france.etienne).elsewhere == []


def test_without_a_territory_the_subject_alone_counts(france):
    one = catalyst(terms=["metiers:lieu"], areas=[france.reunion])
    catalyst(areas=[france.reunion])
    result = found("un tiers-lieu", None)
    assert [match.shown.pk for match in result.here] == [one.pk]
    assert reasons_of(result, one) == ["exerce le métier « gestion d’un lieu »"]


def test_a_word_that_no_list_holds_is_looked_for_in_what_entries_say(france):
    bees = catalyst(presentation="Je défends l’apiculture de montagne.", areas=[france.region])
    from alliage.directory.services import save

    save(bees, now=NOW)
    catalyst(areas=[france.region])
    result = found("apiculture", france.etienne)
    assert result.here[0].shown.pk == bees.pk
    assert reasons_of(result, bees) == ["agit dans votre région", "sa fiche parle de « apiculture »"]


def test_what_is_written_for_members_only_is_no_reason(france):
    one = catalyst(presentation="apiculture", presentation_visibility=Visibility.MEMBERS, areas=[france.region])
    from alliage.directory.services import save

    save(one, now=NOW)
    assert reasons_of(found("apiculture", france.etienne), one) == ["agit dans votre région"]


@pytest.mark.parametrize(
    "changes",
    [{"is_hidden": True}, {"visibility": Visibility.MEMBERS}, {"visibility": Visibility.NOBODY},
     {"withdrawn_on": TODAY}, {"contact_visibility": Visibility.MEMBERS}],
)  # fmt: skip
def test_who_is_not_public_or_takes_no_message_is_never_proposed(france, changes):
    catalyst(terms=["metiers:lieu"], areas=[france.etienne], **changes)
    OrganisationFactory(terms=[term("metiers:lieu")], areas=[france.etienne])
    result = found("un tiers-lieu", france.etienne)
    assert (result.here, result.elsewhere) == ([], [])


def test_who_takes_no_message_takes_nobody_s_place(france):
    for _rank in range(matching.SHOWN + 1):
        catalyst(terms=["metiers:lieu"], areas=[france.etienne], contact_visibility=Visibility.MEMBERS)
    open_one = catalyst(areas=[france.etienne])
    result = found("ouvrir un tiers-lieu", france.etienne)
    assert [match.shown.pk for match in result.here] == [open_one.pk]
    assert result.more == 0


def test_nothing_is_proposed_when_nothing_is_asked(france):
    catalyst(areas=[france.etienne])
    assert found("", None) == matching.Found()


def test_what_a_line_shows_is_what_anyone_may_read(france):
    catalyst(
        areas=[france.etienne],
        phone="04 00 00 00 00",
        phone_visibility=Visibility.MEMBERS,
        confirmed_on=date(2026, 1, 1),
    )
    catalyst(areas=[france.etienne], confirmed_on=date(2024, 1, 1))
    catalyst(areas=[france.etienne])
    matches = found("", france.etienne).here
    assert {match.shown.phone for match in matches} == {""}
    assert sorted(match.is_fresh for match in matches) == [False, False, True]


# --- Similar territories -------------------------------------------------------------------------------------------


@pytest.fixture
def alike(france):
    """Two communes of the same size and département."""
    return TerritoryFactory(
        code="42208", name="Rive-de-Gier", population=36_000, departement=france.loire, region=france.region,
        latitude=45.53, longitude=4.62,
    )  # fmt: skip


def helped(entry, territory, outcome=Outcome.HELPED):
    row = HelpRequest.objects.create(
        seed=f"{entry.pk}-{territory.pk}", token_digest=f"{entry.pk}-{territory.pk}", need="x", name="x", email="x@exemple.fr",
        territory=territory, state=RequestState.CLOSED, outcome=outcome, closed_at=NOW, created_at=NOW, remind_at=NOW,
        due_at=NOW, expires_at=NOW,
    )  # fmt: skip
    RequestRecipient.objects.create(
        request=row, entry=entry, state=RecipientState.ANSWERED, answered_at=NOW, sent_at=NOW
    )


def test_who_helped_a_similar_commune_is_said_to_have_helped_it(france, alike):
    one, other, third = (catalyst(areas=[france.region]) for _number in range(3))
    helped(one, alike)
    helped(other, alike, Outcome.NOT_HELPED)
    helped(third, france.chamond)
    result = found("", france.chamond)
    assert reasons_of(result, one) == [
        "agit dans votre région",
        "a déjà aidé Rive-de-Gier, une commune semblable à la vôtre",
    ]
    assert reasons_of(result, other) == ["agit dans votre région"]
    assert reasons_of(result, third) == ["agit dans votre région", "a déjà aidé Saint-Chamond"]
    assert {match.shown.pk for match in result.here[:2]} == {one.pk, third.pk}


def test_who_acts_in_a_similar_commune_is_said_to_act_there(france, alike):
    one = catalyst(areas=[alike, france.region])
    said = reasons_of(found("", france.chamond), one)
    assert said[-1] == "agit aussi à Rive-de-Gier, une commune semblable à la vôtre"


def test_a_departement_is_masculine(france):
    ain = TerritoryFactory(kind=Kind.DEPARTEMENT, code="01", name="Ain", population=760_000, region=france.bretagne)
    one = catalyst(areas=[ain, france.region])
    assert reasons_of(found("", france.loire), one)[-1] == "agit aussi dans l’Ain, un département semblable au vôtre"


def test_who_helped_and_is_no_longer_shown_breaks_nothing(france, alike):
    gone = catalyst(areas=[france.region], visibility=Visibility.NOBODY)
    helped(gone, alike)
    assert found("", france.chamond).here == []


# --- Custom territories, parts of communes --------------------------------------------------------------------------


def test_a_territory_of_project_is_one_s_own(france):
    project = TerritoryFactory(kind=Kind.CUSTOM, code="pays", name="Pays du Gier")
    project.communes.set([france.chamond, france.etienne])
    one = catalyst(areas=[project])
    assert reasons_of(found("", france.chamond), one) == ["agit dans votre territoire de projet"]


def test_a_part_of_a_commune_is_helped_by_who_acts_in_the_commune(france):
    one = catalyst(areas=[france.etienne])
    result = found("", france.rochetaillee)
    assert result.nearest == matching.Nearness.EQUAL
    assert reasons_of(result, one)[0] == "agit à Saint-Étienne"


# --- Cost ----------------------------------------------------------------------------------------------------------


def test_the_search_asks_as_many_questions_for_many_as_for_few(france, django_assert_max_num_queries):
    for number in range(30):
        catalyst(terms=["metiers:lieu"], areas=[france.etienne], name=f"Personne {number}")
    found("un tiers-lieu", france.etienne)
    with django_assert_max_num_queries(4):
        assert len(found("un tiers-lieu", france.etienne, limit=24).here) == 24


def test_the_best_are_chosen_in_alphabetical_order_between_equals():
    score = np.array([1.0, 3.0, 3.0, 3.0, 2.0])
    assert matching._best(score, np.ones(5, bool), 2).tolist() == [1, 2]
    assert matching._best(score, np.array([True, False, False, False, True]), 3).tolist() == [4, 0]
    assert matching._best(score, np.zeros(5, bool), 3).tolist() == []
