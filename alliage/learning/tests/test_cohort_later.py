"""« Ce qu’elles en disent un an après »: asked once, floor of five, words by consent, taken back, nothing left of who leaves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import CohortState, FileRole
from alliage.learning.models import CohortLater
from alliage.learning.queries import cohort_later as queries
from alliage.learning.services import cohort_later as services
from alliage.learning.services import cohort_places, cohorts
from alliage.learning.services.cohort_later import Answer
from alliage.learning.services.cohorts import CohortRefused
from alliage.learning.tests.cohorting import a_cohort, joins
from alliage.learning.tests.factories import NOBODY, NOW, TerritoryFileFactory, enter, holder_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
YEAR_AFTER = NOW + timedelta(days=366)


def closed(title="Celle d’avant", *, count=1, **said):
    """A cohort closed today, with so many territories."""
    cohort = a_cohort(title)
    places = [joins(cohort, **said) for _ in range(count)]
    return cohorts.move(cohort, CohortState.CLOSED, by=None, now=NOW), places


def answered(place, held="yes", *, helped="", otherwise="", is_shared=False):
    """What the holder of this place says, once asked."""
    services.ask_due(YEAR_AFTER)
    said = Answer(held, helped, otherwise, is_shared)
    return services.answer(place.later, said, by=holder_of(place.file), now=YEAR_AFTER)


def told(person):
    return Notification.objects.filter(person=person, kind=services.ASKED).count()


# --- Asked -------------------------------------------------------------------------------------------------------------


def test_the_holder_is_asked_once_a_year_after_and_nothing_is_said():
    cohort, (place, gone) = closed("Secrète", count=2)
    cohort_places.withdraw(cohort, gone.pk, by=holder_of(gone.file), now=NOW)
    enter(place.file, MemberFactory())
    assert services.ask_due(NOW + timedelta(days=364)) == 0
    assert services.ask_due(YEAR_AFTER) == 1
    assert services.ask_due(YEAR_AFTER + timedelta(days=1)) == 0
    assert (told(holder_of(place.file)), Notification.objects.filter(kind=services.ASKED).count()) == (1, 1)
    said = Notification.objects.get(kind=services.ASKED)
    assert place.file.territory.name not in f"{said.title} {said.text}"
    assert "Secrète" not in f"{said.title} {said.text}"
    assert said.url == f"/cohortes/{cohort.slug}/un-an-apres/{place.pk}/"


def test_nobody_is_asked_too_late_nor_while_nobody_holds_the_file():
    cohort, (place,) = closed()
    assert services.ask_due(NOW + timedelta(days=365 + 91)) == 0
    file = TerritoryFileFactory(holder=NOBODY)
    type(place).objects.filter(pk=place.pk).update(file=file)
    assert services.ask_due(YEAR_AFTER) == 0
    enter(file, MemberFactory(), FileRole.HOLDER)
    assert services.ask_due(YEAR_AFTER) == 1
    assert services._ask(place.pk, now=YEAR_AFTER) is False
    assert cohort.places.count() == 1


# --- Answered ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_whole_of_one_person_and_names_no_territory():
    _cohort, (place,) = closed(name="Saint-Étienne-d’Essai")
    later = answered(place, "partly", helped=" Un élu. ", is_shared=True)
    assert (later.held, later.helped, later.is_shared, later.answered_at) == ("partly", "Un élu.", True, YEAR_AFTER)
    holder = holder_of(place.file)
    with pytest.raises(CohortRefused, match="nomment votre territoire"):
        services.answer(later, Answer("yes", "À SAINT ETIENNE D'ESSAI, oui", is_shared=True), by=holder, now=YEAR_AFTER)
    kept = services.answer(later, Answer("yes", "À Saint-Étienne-d’Essai", ""), by=holder, now=YEAR_AFTER)
    assert kept.helped.startswith("À Saint")
    assert not services.answer(later, Answer("no", is_shared=True), by=holder, now=YEAR_AFTER).is_shared
    with pytest.raises(CohortRefused, match="Choisissez"):
        services.answer(later, Answer("peut-être"), by=holder, now=YEAR_AFTER)
    with pytest.raises(CohortRefused, match="Une autre personne"):
        services.answer(later, Answer("no"), by=MemberFactory(), now=YEAR_AFTER)


# --- What others read --------------------------------------------------------------------------------------------------


def five_answers():
    """Across two cohorts: six say yes, two no; two share words."""
    _one, first = closed("Une", count=4)
    _other, second = closed("Deux", count=4)
    for place in first:
        answered(place, "yes", helped="Rien à lire")
    for rank, place in enumerate(second):
        answered(
            place, "yes" if rank < 2 else "no", helped=f"Mot {rank}", otherwise=f"Autre {rank}", is_shared=rank < 2
        )
    return first, second


def test_four_say_nothing_and_five_across_cohorts_are_told_by_whole_fives():
    mine = a_cohort("La mienne")
    cohort, places = closed(count=5)
    for place in places[:4]:
        answered(place, helped="Un mot", is_shared=True)
    assert queries.told(but=mine) is None
    answered(places[4], "no")
    found = queries.told(but=mine)
    assert (found.places, found.held, found.helped) == (5, [], ["Un mot"] * 4), "four yes, one no: neither is told"
    assert queries.told(but=cohort) is None, "not what one's own cohort says"


def test_words_are_read_by_consent_without_order_and_leave_when_taken_back():
    mine = a_cohort("La mienne")
    _first, second = five_answers()
    found = queries.told(but=mine)
    assert (found.places, found.held) == (5, [("oui", 5)])
    assert (sorted(found.helped), sorted(found.otherwise)) == (["Mot 0", "Mot 1"], ["Autre 0", "Autre 1"])
    author = holder_of(second[0].file)
    services.take_back(second[0].later, by=MemberFactory(), now=YEAR_AFTER)
    assert len(queries.told(but=mine).helped) == 2
    services.take_back(second[0].later, by=author, now=YEAR_AFTER)
    services.take_back(second[0].later, by=author, now=YEAR_AFTER)
    found = queries.told(but=mine)
    assert (found.places, found.held, found.helped, found.otherwise) == (5, [("oui", 5)], ["Mot 1"], ["Autre 1"])
    for place in second[1:]:
        services.take_back(place.later, by=holder_of(place.file), now=YEAR_AFTER)
    assert queries.told(but=mine) is None
    assert services.ask_due(YEAR_AFTER) == 0, "asked once, even taken back"


def test_the_order_of_words_is_not_that_of_answers_nor_the_same_twice():
    mine = a_cohort("La mienne")
    _cohort, places = closed(count=10)
    for rank, place in enumerate(places):
        answered(place, helped=f"{rank:02d}", otherwise=f"{rank:02d}", is_shared=True)
    found = queries.told(but=mine)
    assert len({tuple(found.helped), tuple(found.otherwise), tuple(sorted(found.helped))}) == 3
    assert queries.told(but=mine) == found


# --- Pages -------------------------------------------------------------------------------------------------------------


def text(client, url, *, status=200, **data):
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, answer.content[:300]
    return answer.content.decode()


def test_the_holder_answers_changes_and_erases_alone(client):
    cohort, (place,) = closed(name="Répondville")
    holder, mate = holder_of(place.file), enter(place.file, MemberFactory()).member
    url = f"{cohort.get_absolute_url()}un-an-apres/{place.pk}/"
    client.force_login(holder)
    text(client, url, status=404)
    services.ask_due(YEAR_AFTER)
    assert "Répondre à trois questions" in text(client, cohort.get_absolute_url())
    assert "Répondville" in text(client, url)
    text(client, url, status=422, helped="Un mot gardé")
    kept = text(client, url, status=422, held="yes", helped="À Répondville", is_shared="1")
    assert "À Répondville" in kept
    text(client, url, status=302, held="yes", helped="canari aide", is_shared="1")
    assert "canari aide" in text(client, url)
    for other in (mate, cohort.facilitator, MemberFactory()):
        client.force_login(other)
        text(client, url, status=404)
        text(client, url, status=404, act="withdraw")
        assert "canari aide" not in text(client, cohort.get_absolute_url())
    client.force_login(holder)
    assert "Revoir ma réponse" in text(client, cohort.get_absolute_url())
    place.file.people.get(member=holder).delete()
    assert "canari aide" in text(client, url), "who wrote it erases it, even once gone"
    text(client, url, status=302, act="withdraw")
    assert CohortLater.objects.get().held == ""
    text(client, url, status=404)


def test_another_cohort_reads_counts_and_words_and_no_name(client):
    mine = a_cohort("La mienne")
    reader = joins(mine)
    first, second = five_answers()
    client.force_login(holder_of(reader.file))
    page = text(client, mine.get_absolute_url())
    for words in ("Ce qu’elles en disent un an après", "Oui : au moins 5", "Mot 0", "Autre 1"):
        assert words in page, words
    for words in ("Rien à lire", "Mot 2", *(place.file.territory.name for place in (*first, *second))):
        assert words not in page, words
    client.logout()
    assert "Mot 0" not in text(client, mine.get_absolute_url())


# --- Personal data, the database ---------------------------------------------------------------------------------------


def test_a_member_takes_their_answer_away_and_it_goes_with_their_account():
    _cohort, (place,) = closed()
    answered(place, "no", helped="canari", is_shared=True)
    holder = holder_of(place.file)
    data = next(each for each in personal_data if each.code == "learning.cohorts")
    (said,) = data.export(holder)["un_an_apres"]
    assert (said["cela_a_tenu"], said["ce_qui_a_aide"], said["partage"]) == ("no", "canari", True)
    data.erase(holder)
    later = CohortLater.objects.get()
    assert (later.author, later.held, later.helped, later.is_answered) == (None, "", "", False)
    assert data.export(holder)["un_an_apres"] == []


@pytest.mark.parametrize("wrong", [{"held": "yes"}, {"helped": "Un mot"}, {"is_shared": True}, {"answered_at": NOW}])
def test_the_database_keeps_an_answer_whole_or_empty(wrong):
    _cohort, (place,) = closed()
    services.ask_due(YEAR_AFTER)
    with pytest.raises(IntegrityError, match="cohort_later_answered_or_empty"), transaction.atomic():
        CohortLater.objects.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortLater.objects.create(place=place)
    assert place.file.territory.name not in str(CohortLater.objects.get())
