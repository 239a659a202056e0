"""Pages of composing: one's week, answering a call, the animators' screen, moves that say what they break."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.composing import Proposal as Composed
from alliage.codev.composing_enums import CompositionState, WishKind
from alliage.codev.models import Composition, SeatRequest, SeatWish
from alliage.codev.queries import availabilities as weeks
from alliage.codev.queries import compositions as queries
from alliage.codev.services import compositions as services
from alliage.codev.tests.composing_factories import NOW, answer, call, half_hours, someone
from alliage.directory.models import Entry
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.jobs.enums import State
from alliage.jobs.tests.factories import JobFactory
from alliage.notifications.models import Notification
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

SEEK, COMPOSE, WEEK = "/codev/chercher-un-groupe/", "/codev/composer/", "/codev/disponibilites/"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of the tests are open on 1 December 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def browser(member: Any) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def animator() -> Any:
    return MemberFactory(role="animator")


def text_of(response: Any) -> str:
    main = response.content.decode().split("<main")[1].split("</main")[0]
    return unescape(re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", main)))


def proposed(*groups: list[Any], alone: Any = ()) -> Composition:
    made = call(*[member for group in groups for member in group], *alone)
    keep(made, *groups)
    return made


def keep(made: Composition, *groups: list[Any]) -> None:
    proposal = Composed(tuple(tuple(sorted(member.pk for member in group)) for group in groups), ())
    services.keep_proposal(made, proposal, seconds=1.5, by=None, now=NOW)
    made.refresh_from_db()


# --- One's week ---------------------------------------------------------------------------------------------------


def test_a_week_is_ticked_and_shown_again():
    one = MemberFactory(time_zone="Pacific/Noumea")
    client = browser(one)
    assert client.post(WEEK, {"creneaux": ["0-8", "6-20"]})["location"] == WEEK
    assert weeks.ticked(one) == half_hours((0, 8), (6, 20))
    response = client.get(WEEK)
    page = response.content.decode()
    assert page.count(" checked") == 2
    assert "Paris 22\u00a0h, la veille" in page
    assert "Nouvelle-Calédonie" in text_of(response)


@pytest.mark.parametrize("value", ["7-8", "0-9", "x", "0-8\x00"], ids=["day", "hour", "word", "nul"])
def test_a_block_that_does_not_exist_is_refused(value):
    one = MemberFactory()
    response = browser(one).post(WEEK, {"creneaux": [value]})
    assert response.status_code == 422
    assert weeks.ticked(one) == 0


@pytest.mark.parametrize(
    "following",
    ["https://ailleurs.exemple.fr/", "//ailleurs.exemple.fr", "sans-barre", ""],
    ids=["https", "slashes", "word", "none"],
)
def test_one_is_never_sent_to_another_site(following):
    assert browser(MemberFactory()).post(WEEK, {"suite": following})["location"] == WEEK


# --- Looking for a group ------------------------------------------------------------------------------------------


def test_without_a_call_the_page_says_what_would_be_there():
    found = text_of(browser(MemberFactory()).get(SEEK))
    assert "Aucun appel en ce moment" in found
    assert "Dire quand je suis libre" in found


def test_a_call_is_answered_then_taken_back():
    one = someone()
    made = call()
    client = browser(one)
    assert "Printemps" in text_of(client.get(SEEK))
    page = f"{SEEK}{made.pk}/"
    assert "Je cherche un groupe" in text_of(client.get(page))
    assert client.post(page, {"with_colleagues": "on"})["location"] == page
    assert SeatRequest.objects.get().with_colleagues
    assert "vous avez répondu" in text_of(client.get(SEEK))
    assert "Vous cherchez un groupe dans cet appel" in text_of(client.get(page))
    assert client.post(f"{page}retirer/")["location"] == SEEK
    assert not SeatRequest.objects.exists()


def test_a_call_that_is_over_does_not_exist_for_who_did_not_answer():
    one, other = someone(), someone()
    made = call(one)
    services.drop(made, by=None, now=NOW)
    assert browser(other).get(f"{SEEK}{made.pk}/").status_code == 404
    assert browser(other).get(f"{SEEK}999/").status_code == 404
    client = browser(one)
    assert client.get(f"{SEEK}{made.pk}/").status_code == 200
    refused = client.post(f"{SEEK}{made.pk}/", {})
    assert refused.status_code == 422
    assert "n’attend plus de réponses" in text_of(refused)
    assert "Les groupes sont faits" in text_of(client.post(f"{SEEK}{made.pk}/retirer/", follow=True))


def test_a_wish_is_added_by_name_and_taken_back():
    one, other = someone(name="Anne"), someone(name="Basile Tremblay")
    made = call(one)
    client, page = browser(one), f"{SEEK}{made.pk}/"
    entry = Entry.objects.get(owner=other)
    chosen = {"person": "Basile Tremblay", "person_code": f"catalyst:{entry.pk}", "kind": "apart"}
    assert client.post(f"{page}souhaits/", chosen)["location"] == page
    assert "Ne pas être avec Basile Tremblay" in text_of(client.get(page))
    wish = SeatWish.objects.get()
    assert client.post(f"{page}souhaits/{wish.pk}/retirer/")["location"] == page
    assert not SeatWish.objects.exists()


def test_a_wish_about_nobody_or_about_oneself_comes_back_with_the_page():
    one = someone(name="Anne")
    made = call(one)
    client, page = browser(one), f"{SEEK}{made.pk}/souhaits/"
    assert client.post(page, {"person": "", "kind": "apart"}).status_code == 422
    mine = Entry.objects.get(owner=one)
    refused = client.post(page, {"person_code": f"catalyst:{mine.pk}", "kind": "apart"})
    assert "autre personne que vous" in text_of(refused)
    without = CatalystFactory(name="Sans Compte", owner=None)
    refused = client.post(page, {"person_code": f"catalyst:{without.pk}", "kind": "apart"})
    assert "n’a pas de compte" in text_of(refused)


def test_wishes_follow_an_answer():
    one = someone()
    made = call()
    assert browser(one).post(f"{SEEK}{made.pk}/souhaits/", {}).status_code == 404
    assert browser(one).post(f"{SEEK}{made.pk}/souhaits/1/retirer/")["location"] == f"{SEEK}{made.pk}/"


def test_nobody_else_reads_a_wish_animators_included():
    one, other = someone(name="Anne"), someone(name="Basile")
    made = proposed([one, *(someone() for _ in range(4)), other])
    services.wish(queries.request_of(one, made), other, WishKind.APART, by=one, now=NOW)
    found = text_of(browser(animator()).get(made.get_absolute_url()))
    assert "préfère ne pas être avec une autre" in found
    assert "Ne pas être avec" not in found
    assert "Avec qui, ou pas" in text_of(browser(other).get(f"{SEEK}{made.pk}/"))
    assert "Anne" not in text_of(browser(other).get(f"{SEEK}{made.pk}/"))


def test_who_has_no_seat_reads_why_and_which_hour_would_give_one_at_her_own_clock():
    there = [someone(name=f"Ici {number}") for number in range(5)]
    far = someone(blocks=[(0, 8)], time_zone="Pacific/Noumea")
    made = proposed(there, alone=[far])
    found = text_of(browser(far).get(f"{SEEK}{made.pk}/"))
    assert "Vous n’avez pas encore de place" in found
    assert "le lundi de 18\u00a0h à 20\u00a0h, et une place s’ouvre dans un groupe" in found
    assert "Ici" not in found
    assert "Vous n’avez pas encore de place" not in text_of(browser(there[0]).get(f"{SEEK}{made.pk}/"))


# --- The screen of animators --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["compositions", "composition_new"])
@pytest.mark.parametrize("role", ["member", "facilitator"])
def test_only_animators_compose(name, role):
    assert browser(MemberFactory(role=role)).get(reverse(f"codev:{name}")).status_code == 403


def test_a_call_is_opened_from_its_form():
    client = browser(animator())
    typed = {"title": "Printemps", "closes_on": "2026-12-20", "starts_on": "11/01/2027", "minutes": "90"}
    response = client.post(f"{COMPOSE}nouveau/", typed)
    made = Composition.objects.get()
    assert response["location"] == made.get_absolute_url()
    assert (made.starts_on.isoformat(), made.minutes) == ("2027-01-11", 90)
    assert "Printemps" in text_of(client.get(COMPOSE))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"closes_on": "2026-11-30"}, "Cette date est passée"),
        ({"starts_on": "2026-12-10"}, "commencent après la fin des réponses"),
        ({"title": ""}, "obligatoire"),
        ({"closes_on": "demain"}, "date valide"),
    ],
    ids=["past", "before", "no-title", "no-date"],
)
def test_a_call_that_makes_no_sense_comes_back_filled(changes, message):
    typed = {"title": "Printemps", "closes_on": "2026-12-20", "starts_on": "2027-01-11", "minutes": "90"} | changes
    response = browser(animator()).post(f"{COMPOSE}nouveau/", typed)
    assert response.status_code == 422
    assert message in text_of(response)


def test_an_open_call_says_who_answered_and_what_is_missing():
    one, silent = someone(name="Anne"), someone(name="Basile", blocks=[])
    made = call(one, silent)
    found = text_of(browser(animator()).get(made.get_absolute_url()))
    assert "Il manque 3 réponses pour composer un groupe" in found
    assert "Basile n’a pas dit ses heures" in found.replace("  ", " ")
    assert "Personne n’a encore répondu" in text_of(browser(animator()).get(call().get_absolute_url()))
    assert browser(animator()).get(f"{COMPOSE}999/").status_code == 404


def test_composing_then_accepting_from_the_screen():
    made = call(*(someone() for _ in range(6)), someone(blocks=[]))
    client = browser(animator())
    assert client.post(f"{COMPOSE}{made.pk}/composer/")["location"] == made.get_absolute_url()
    found = text_of(client.get(made.get_absolute_url()))
    assert "Groupe 1, 6 personnes" in found
    assert "1 personne sans place" in found
    assert "lundi de 8\u00a0h à 12\u00a0h, mardi de 8\u00a0h à 12\u00a0h" in found
    assert "1 personne est prévenue" in text_of(client.post(f"{COMPOSE}{made.pk}/prevenir/", follow=True))
    assert Notification.objects.filter(kind=services.HINTED).count() == 1
    assert client.post(f"{COMPOSE}{made.pk}/accepter/")["location"] == made.get_absolute_url()
    assert "Printemps – groupe 1" in text_of(client.get(made.get_absolute_url()))


def test_what_cannot_be_done_is_told():
    made = call(someone())
    client = browser(animator())
    assert "au moins 5 réponses" in text_of(client.post(f"{COMPOSE}{made.pk}/composer/", follow=True))
    assert "n’en est plus là" in text_of(client.post(f"{COMPOSE}{made.pk}/accepter/", follow=True))
    assert "n’en est plus là" in text_of(client.post(f"{COMPOSE}{made.pk}/prevenir/", follow=True))
    assert client.post(f"{COMPOSE}{made.pk}/abandonner/")["location"] == COMPOSE
    Composition.objects.filter(pk=made.pk).update(state=CompositionState.ACCEPTED)
    assert "n’en est plus là" in text_of(client.post(f"{COMPOSE}{made.pk}/abandonner/", follow=True))


def test_while_it_is_composed_the_screen_leads_to_the_progress():
    made = call(*(someone() for _ in range(5)))
    by = animator()
    running = JobFactory(kind=services.COMPOSE, state=State.RUNNING, started_by_id=by.pk)
    Composition.objects.filter(pk=made.pk).update(job_id=running.pk)
    client = browser(by)
    assert client.post(f"{COMPOSE}{made.pk}/composer/")["location"] == running.get_absolute_url()
    assert "Voir l’avancement" in text_of(client.get(made.get_absolute_url()))


def test_what_a_worker_has_to_do_first_leads_to_its_progress(settings):
    made = proposed([someone() for _ in range(5)])
    client = browser(animator())
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default", "mail"]}}
    composing = client.post(f"{COMPOSE}{made.pk}/composer/")
    made.refresh_from_db()
    assert composing["location"] == f"/travaux/{made.job_id}/"
    Composition.objects.filter(pk=made.pk).update(job_id=None)
    opening = client.post(f"{COMPOSE}{made.pk}/accepter/")
    made.refresh_from_db()
    assert opening["location"] == f"/travaux/{made.job_id}/"
    assert made.state == CompositionState.ACCEPTED


def test_each_seat_says_why_and_each_group_what_it_lacks():
    region = TerritoryFactory(kind=Kind.REGION, code="04", name="La Réunion")
    metiers = [
        Term.objects.create(vocabulary="metiers", code=code, label=label)
        for code, label in (("dialogue", "Dialogue territorial"), ("lieu", "Gestion d’un lieu"), ("x", "Autre"))
    ]
    levier = Term.objects.create(vocabulary="leviers", code="alliance", label="Apprendre à faire alliance")
    place = OrganisationFactory()
    far = someone(
        name="Anne", metiers=[metiers[0], levier], territory=region, time_zone="Indian/Reunion",
        blocks=[(0, 10), (0, 12), (0, 14)], organisation=place,
    )  # fmt: skip
    near = [someone(name=f"Ici {number}", metiers=[metiers[1], levier]) for number in range(4)]
    colleague = someone(name="Basile", organisation=place)
    made = proposed([far, *near], alone=[colleague])
    found = text_of(browser(animator()).get(made.get_absolute_url()))
    assert "apporte le métier «\u00a0Dialogue territorial\u00a0»" in found
    assert "travaille le levier «\u00a0Apprendre à faire alliance\u00a0», comme 4 autres" in found
    assert "vient d’ailleurs\u00a0: La Réunion" in found
    assert "La Réunion\u00a0: lundi de 11\u00a0h à 15\u00a0h" in found
    assert "Un métier manque\u00a0: «\u00a0Autre\u00a0»" in found
    assert "Les groupes libres aux mêmes heures ne conviennent pas" in found


def test_the_screen_costs_the_same_for_one_group_and_for_three(django_assert_max_num_queries):
    by = animator()
    for count in (1, 3):
        made = proposed(*([someone() for _ in range(5)] for _ in range(count)), alone=[someone(blocks=[])])
        client = browser(by)
        client.get(made.get_absolute_url())
        with django_assert_max_num_queries(12):
            client.get(made.get_absolute_url())


def test_more_people_without_a_seat_than_a_page_holds_are_counted(monkeypatch):
    monkeypatch.setattr("alliage.codev.views.compositions.MOST_ALONE", 1)
    made = proposed(alone=[someone(), someone(blocks=[])])
    assert "Et 1 autre" in text_of(browser(animator()).get(made.get_absolute_url()))


# --- Move ---------------------------------------------------------------------------------------------------------


def move_page(made: Composition, member: Any) -> str:
    return f"{COMPOSE}{made.pk}/deplacer/{queries.request_of(member, made).pk}/"


def test_each_choice_says_what_it_breaks_and_the_simplest_come_first():
    here, there, full = ([someone() for _ in range(size)] for size in (6, 5, 8))
    tuesdays = [someone(blocks=[(1, 14)]) for _ in range(5)]
    made = proposed(here, full, there, tuesdays)
    client = browser(animator())
    found = text_of(client.get(move_page(made, here[0])))
    assert "Aujourd’hui dans le groupe 1" in found
    assert found.index("Groupe 3") < found.index("Groupe 2") < found.index("Groupe 4")
    assert "Rien n’est perdu" in found
    assert "8 personnes au plus" in found
    assert f"Aucun créneau commun\u00a0; il y en aurait un sans {here[0].name}" in found


def test_a_move_is_made_and_what_it_leaves_is_said():
    here, there = [someone() for _ in range(5)], [someone() for _ in range(5)]
    made = proposed(here, there)
    client, page = browser(animator()), move_page(made, here[0])
    assert "Dans le groupe quitté\u00a0: Trop peu de monde" in text_of(client.get(page))
    assert client.post(page, {"vers": "2"})["location"] == made.get_absolute_url()
    found = text_of(client.get(made.get_absolute_url()))
    assert "Trop peu de monde\u00a0: 5 personnes au moins" in found
    assert "placée à la main" in found
    assert "Groupe 2, 6 personnes" in found
    client.post(move_page(made, here[0]), {"vers": "aucun"})
    assert "1 personne sans place" in text_of(client.get(made.get_absolute_url()))
    assert "Aujourd’hui sans place" in text_of(client.get(page))
    client.post(page, {"vers": "nouveau"})
    assert "Groupe 3, 1 personne" in text_of(client.get(made.get_absolute_url()))


@pytest.mark.parametrize("to", ["", "99", "x\x00"], ids=["none", "unknown", "nul"])
def test_a_move_to_nowhere_known_is_refused(to):
    one = someone()
    made = proposed([one])
    response = browser(animator()).post(move_page(made, one), {"vers": to})
    assert response.status_code == 422


def test_a_move_of_someone_unknown_or_in_a_call_that_ended_is_none():
    one = someone()
    made = proposed([one])
    client, page = browser(animator()), move_page(made, one)
    assert client.get(f"{COMPOSE}{made.pk}/deplacer/999/").status_code == 404
    Composition.objects.filter(pk=made.pk).update(job_id=JobFactory(state=State.RUNNING).pk)
    assert "ne peut plus être changée" in text_of(client.post(page, {"vers": "nouveau"}))
    services.drop(made, by=None, now=NOW)
    assert client.get(page)["location"] == made.get_absolute_url()


def test_an_answer_is_that_of_its_call():
    one = someone()
    first, second = proposed([one]), call()
    answer(second, one)
    keep(second)
    number = queries.request_of(one, first).pk
    assert browser(animator()).get(f"{COMPOSE}{second.pk}/deplacer/{number}/").status_code == 404
