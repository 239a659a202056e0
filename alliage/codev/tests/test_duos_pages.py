"""The page of the duo: agree first, then one gesture for each thing; the link of the mail needs no sign-in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import duo_links
from alliage.codev.composing_enums import TurnOutcome
from alliage.codev.models import Duo, DuoMember, DuoTurn
from alliage.codev.queries import duos as queries
from alliage.codev.services import duos as services
from alliage.codev.tests.composing_factories import someone
from alliage.directory.enums import Visibility
from alliage.directory.models import Entry

pytestmark = pytest.mark.django_db

DUO = "/codev/duo/"
EVERY_MORNING = [(day, 8) for day in range(7)]


def browser(member):
    client = MemberClient()
    client.force_login(member)
    return client


def page(member):
    response = browser(member).get(DUO)
    assert response.status_code == 200
    return response.content.decode()


def act(member, name, **data):
    return browser(member).post(f"{DUO}{name}/", data)


def drawn():
    """Two members paired for this month."""
    one, other = someone(name="Anne Petit", blocks=EVERY_MORNING), someone(name="Zoé Grand", blocks=EVERY_MORNING)
    for each in (one, other):
        services.take_part(by=each, now=timezone.now())
    services.draw(timezone.now())
    return one, other, Duo.objects.get()


def test_without_hours_one_is_led_to_say_them_then_back():
    one = MemberFactory()
    assert "Dire d’abord quand je suis libre" in page(one)
    response = act(one, "participer")
    assert response["location"] == "/codev/disponibilites/?suite=/codev/duo/"
    response = browser(one).post("/codev/disponibilites/", {"creneaux": ["0-8"], "suite": DUO})
    assert response["location"] == DUO
    assert "J’accepte, je participe" in page(one)


def test_taking_part_says_when_the_draw_is_and_stopping_takes_one_gesture():
    one = someone()
    assert act(one, "participer")["location"] == DUO
    assert "Vous serez dans le tirage du" in page(one)
    act(one, "arreter")
    assert "J’accepte, je participe" in page(one)


def test_the_duo_shows_the_other_their_clock_and_their_page_if_one_may_see_it():
    one, other, _duo = drawn()
    entry = Entry.objects.get(owner=other)
    assert f'href="{entry.get_absolute_url()}"' in page(one)
    Entry.objects.filter(pk=entry.pk).update(visibility=Visibility.NOBODY)
    text = page(one)
    assert "Zoé Grand" in text
    assert entry.get_absolute_url() not in text
    assert other.email not in text


def test_choose_then_agree():
    one, other, duo = drawn()
    moment = queries.moments_of(duo)[0].isoformat()
    act(one, "moment", moment=moment)
    assert "n’a pas encore répondu" in page(one)
    assert "propose ce moment" in page(other)
    act(other, "accepter")
    duo.refresh_from_db()
    assert duo.agreed_at is not None
    assert "Cela me va" not in page(other)


def test_a_link_of_a_video_call_is_shown_once_both_agreed():
    one, other, duo = drawn()
    act(one, "moment", moment=queries.moments_of(duo)[0].isoformat(), video_url="https://visio.exemple.fr/salle")
    act(other, "accepter")
    assert "https://visio.exemple.fr/salle" in page(other)


def test_both_choosing_the_same_moment_is_an_agreement():
    one, other, duo = drawn()
    moment = queries.moments_of(duo)[0].isoformat()
    act(one, "moment", moment=moment)
    act(other, "moment", moment=moment)
    duo.refresh_from_db()
    assert duo.agreed_at is not None


@pytest.mark.parametrize("moment", ["", "2020-01-01T00:00:00+00:00", "pas une date\x00"], ids=["none", "past", "nul"])
def test_a_moment_that_is_not_one_of_those_proposed_comes_back_with_the_page(moment):
    one, _other, _duo = drawn()
    response = act(one, "moment", moment=moment)
    assert response.status_code == 422
    assert "Une réponse est à revoir" in response.content.decode()


def test_agreeing_to_nothing_is_told():
    one, _other, _duo = drawn()
    assert act(one, "accepter")["location"] == DUO
    assert "Choisissez d’abord un moment" in page_after(one, "accepter")


def page_after(member, name, **data):
    client = browser(member)
    return client.post(f"{DUO}{name}/", data, follow=True).content.decode()


def test_without_a_duo_its_gestures_say_that_there_is_none():
    one = someone()
    services.take_part(by=one, now=timezone.now())
    assert "plus lieu" in page_after(one, "moment", moment="x")
    assert "plus lieu" in page_after(one, "accepter")
    assert "pas de duo en" in page_after(one, "passer", mois="suivant")
    assert "de nouveau" in page_after(one, "reprendre")


def test_who_does_not_take_part_cannot_skip():
    assert "ne participez pas" in page_after(someone(), "passer")


def test_skipping_this_month_leaves_the_other_a_word():
    one, other, _duo = drawn()
    act(one, "passer", mois="courant")
    assert "Vous passez ce mois" in page(one)
    assert "Vous êtes prioritaire le mois prochain" in page(other)


def test_past_moments_are_not_offered():
    one, _other, duo = drawn()
    Duo.objects.filter(pk=duo.pk).update(proposed=["2020-01-01T08:00:00+00:00"])
    assert "Vos heures communes de ce mois sont passées" in page(one)


def test_hours_unticked_after_taking_part_are_asked_again():
    one = someone()
    services.take_part(by=one, now=timezone.now())
    browser(one).post("/codev/disponibilites/", {})
    assert "sans cela, vous ne serez pas dans le tirage" in page(one)


# --- The link of the mail -----------------------------------------------------------------------------------------


def test_the_link_asks_then_skips_without_sign_in():
    one, other, duo = drawn()
    path = duo_links.path(one, duo.month)
    client = MemberClient()
    assert "Passer ce mois" in client.get(path).content.decode()
    assert DuoTurn.objects.get(member=one).outcome == TurnOutcome.PAIRED
    response = client.post(path, follow=True)
    assert "Vous passez ce mois" in response.content.decode()
    assert DuoTurn.objects.get(member=one).outcome == TurnOutcome.SKIPPED
    assert DuoTurn.objects.get(member=other).outcome == TurnOutcome.LEFT_OUT
    assert "Zoé" not in response.content.decode()


def test_signed_in_the_link_leads_to_the_page_unless_one_skips():
    one, _other, duo = drawn()
    path = duo_links.path(one, duo.month)
    assert browser(one).get(path)["location"] == DUO
    assert "Passer ce mois" in browser(one).get(f"{path}?passer=1").content.decode()


def test_an_old_or_foreign_link_says_so():
    assert MemberClient().get(f"{DUO}lien/inconnu/").status_code == 410


def test_the_link_of_a_month_that_is_over_changes_nothing():
    one, _other, duo = drawn()
    path = duo_links.path(one, (duo.month - timedelta(days=1)).replace(day=1))
    response = MemberClient().post(path)
    assert (response.status_code, "Ce lien ne sert plus" in response.content.decode()) == (410, True)
    assert DuoMember.objects.get(member=one).skipped_month is None


def test_a_link_used_after_stopping_is_told():
    one = someone()
    client = MemberClient()
    response = client.post(duo_links.path(one, queries.month_of(timezone.now())), follow=True)
    assert "ne participez pas" in response.content.decode()
    assert not DuoMember.objects.exists()


def test_the_page_costs_the_same_with_a_duo(django_assert_max_num_queries):
    one, _other, _duo = drawn()
    client = browser(one)
    client.get(DUO)
    with django_assert_max_num_queries(12):
        client.get(DUO)
