"""A need said in a workshop becomes a post of « Besoins et offres »: by its author, or by who reports it, who never gives the author away."""

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import registry
from alliage.directory.models import Need as Post
from alliage.directory.services import needs as posts
from alliage.directory.tests.test_need_pages import sent
from alliage.events import workshop_people
from alliage.events.enums import EventState, StewardRole
from alliage.events.models import Event, Need, Specification
from alliage.events.services import merging, needs, specifications, subgroups
from alliage.events.services.needs import Said, Signed
from alliage.events.tests.factories import NOW, SequenceFactory
from alliage.events.tests.workshops import board_of, comes, holder, published, says, workshop
from alliage.events.workshop_enums import NeedState

pytestmark = pytest.mark.django_db
NEW = reverse("directory:need_new")
SENTENCE = "En tant que maire, j’ai besoin d’une carte des friches."


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Forms may be sent as soon as they are shown."""
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def place():
    return workshop()


@pytest.fixture
def anne(place):
    return comes(place, member=MemberFactory(name="Anne Dupont"), name="Anne Dupont")


@pytest.fixture
def rapporteur(place):
    return holder(place, StewardRole.RAPPORTEUR, name="Rose Report")


def said(place, by, *, public=True, **words) -> Need:
    words = {"role": "maire", "wish": "une carte des friches"} | words
    signed = Signed(by.name if public is not None else "", is_public=bool(public))
    return needs.add_need(board_of(place), Said(**words), by=by, now=NOW, signed=signed)


def publish(place) -> None:
    """What was said there is in a specification that everyone reads."""
    published(board_of(place), rapporteur=MemberFactory(), facilitator=MemberFactory())


def page_of(client, place, need) -> str:
    return client.get(reverse("events:need", args=[place.pk, need.number])).text


def begun(client, origin: str) -> bool:
    return f'name="origin" value="{origin}"' in client.get(NEW, {"ne": origin}).text


def posted(client, origin: str) -> Post:
    form = {"side": "besoin", "kind": "lieu", "title": SENTENCE, "name": "Qui publie", "email": "qui@exemple.fr"}
    sent(client, NEW, form | {"origin": origin})
    made = Post.objects.latest("pk")
    posts.confirm_need(made, now=timezone.now())
    made.refresh_from_db()
    return made


def born_link(client, post: Post) -> bool:
    return "Né de" in client.get(post.get_absolute_url()).text


def test_its_author_finds_the_form_filled_and_the_post_leads_to_the_workshop(client, place, anne):
    need = said(place, anne)
    client.force_login(anne.member)
    origin = f"events.need:{need.pk}"
    assert f'href="{NEW}?ne={origin}"' in page_of(client, place, need)
    assert "et dira qu’elle est née ici" in page_of(client, place, need)
    board = client.get(reverse("events:board", args=[place.pk])).text
    assert f'href="{reverse("events:need", args=[place.pk, need.number])}#annonce"' in board
    form = client.get(NEW, {"ne": origin}).text
    assert f'value="{SENTENCE}"' in form
    post = posted(client, origin)
    assert post.origin == origin
    born = registry.born_at(origin)
    assert (born.title, born.url) == (place.title, place.get_absolute_url())
    assert f'<a href="{place.get_absolute_url()}">' in client.get(post.get_absolute_url()).text


@pytest.mark.parametrize("public", [None, False])
def test_an_author_who_is_not_named_in_public_is_not_led_to_from_the_post(client, place, anne, public):
    need = said(place, anne, public=public)
    client.force_login(anne.member)
    assert "ne dira pas qu’elle est née ici" in page_of(client, place, need)
    origin = f"events.need:{need.pk}"
    assert begun(client, origin)
    assert posted(client, origin).origin == ""
    assert registry.born_at(origin) is None


def test_someone_without_an_account_posts_what_they_said_from_the_browser_that_knows_them(client, rf, place):
    attendee = comes(place, name="Paul").attendee
    need = said(place, workshop_people.Person(None, attendee))
    origin = f"events.need:{need.pk}"
    assert not begun(client, origin)
    known = HttpResponse()
    workshop_people.keep(rf.get("/"), known, attendee)
    client.cookies.update(known.cookies)
    assert begun(client, origin)
    assert not begun(client, f"events.need_reported:{need.pk}")


def test_who_reports_posts_without_the_name_of_the_author(client, place, anne, rapporteur):
    need = said(place, anne, public=None, role="maire, anne dupont", wish="une carte des friches (Anne Dupont)")
    publish(place)
    client.force_login(rapporteur.member)
    page = page_of(client, place, need)
    origin = f"events.need_reported:{need.pk}"
    assert f'href="{NEW}?ne={origin}"' in page
    assert "Le nom de qui l’a dit n’y figure pas" in page
    assert "L’annonce dira qu’elle est née ici." in page
    form = client.get(NEW, {"ne": origin}).text
    assert "une carte des friches (…)" in form
    assert "anne dupont" not in form.lower()
    assert not begun(client, f"events.need:{need.pk}")
    post = posted(client, origin)
    assert (post.origin, post.name) == (origin, "Qui publie")
    assert born_link(client, post)
    assert "Anne" not in client.get(post.get_absolute_url()).text


@pytest.mark.parametrize("public", [True, False, None])
def test_who_reports_posts_nothing_before_the_specification_is_published(client, place, anne, rapporteur, public):
    need = said(place, anne, public=public)
    origin = f"events.need_reported:{need.pk}"
    client.force_login(rapporteur.member)

    def may_post() -> bool:
        page = page_of(client, place, need)
        assert ("rien n’est public avant" in page) is not ("En faire une annonce" in page)
        assert begun(client, origin) is ("En faire une annonce" in page)
        return begun(client, origin)

    assert not may_post()
    assert posted(client, origin).origin == ""
    made = specifications.make(board_of(place), by=rapporteur.member, now=NOW)
    assert not may_post()
    made.delete()
    publish(place)
    assert may_post()
    late = said(place, anne, public=public, wish="un four, dit après")
    assert not begun(client, f"events.need_reported:{late.pk}")
    Specification.objects.update(is_hidden=True)
    assert not may_post()
    client.force_login(anne.member)
    assert begun(client, f"events.need:{need.pk}"), "one’s own words are one’s own"


def test_who_reports_posts_the_words_that_are_published_and_none_said_since(client, place, anne, rapporteur):
    need = said(place, anne)
    publish(place)
    Need.objects.filter(pk=need.pk).update(wish="un secret")
    client.force_login(rapporteur.member)
    form = client.get(NEW, {"ne": f"events.need_reported:{need.pk}"}).text
    assert f'value="{SENTENCE}"' in form
    assert "un secret" not in form


def test_who_reports_a_workshop_does_not_report_what_gathers_it(client, place, anne, rapporteur):
    gathering = place.parent
    need = said(gathering, comes(gathering, name="Paul"))
    publish(gathering)
    for sequence, reports in ((place, True), (gathering, False)):
        standing = workshop_people.place(rapporteur.member, {}, sequence.pk).standing
        assert (standing.holds, standing.reports) == (True, reports)
    client.force_login(rapporteur.member)
    assert not begun(client, f"events.need_reported:{need.pk}")
    mirror = SequenceFactory(event=place.event, kind=place.kind, rank=90, mirror_of=place)
    assert workshop_people.place(rapporteur.member, {}, mirror.pk).standing.reports


def test_what_a_rapporteur_said_themselves_is_posted_as_its_author(client, place, rapporteur):
    need = said(place, rapporteur, public=False)
    client.force_login(rapporteur.member)
    assert not begun(client, f"events.need_reported:{need.pk}")
    assert begun(client, f"events.need:{need.pk}")


def test_who_reports_a_sub_group_posts_what_was_said_there_and_nothing_else(client, place, anne):
    held, reports = holder(place), MemberFactory()
    one, two = subgroups.make(place, 2, by=held, now=NOW)
    type(one).objects.filter(pk=one.pk).update(rapporteur=reports)
    inside, outside = (says(board_of(place), anne, f"un plan {each.rank}", subgroup=each) for each in (one, two))
    publish(place)
    client.force_login(reports)
    assert begun(client, f"events.need_reported:{inside.pk}")
    assert not begun(client, f"events.need_reported:{outside.pk}")
    assert "En faire une annonce" not in page_of(client, place, outside)


def test_nobody_else_begins_with_it_nor_posts_in_its_wake(client, place, anne):
    need = said(place, anne)
    publish(place)
    facilitator, other = holder(place).member, comes(place, member=MemberFactory()).member
    for member in (facilitator, other, MemberFactory()):
        client.force_login(member)
        for code in ("events.need", "events.need_reported"):
            assert not begun(client, f"{code}:{need.pk}")
    assert "En faire une annonce" not in client.get(reverse("events:board", args=[place.pk])).text
    assert posted(client, f"events.need:{need.pk}").origin == ""
    for member in (facilitator, other):
        client.force_login(member)
        assert "En faire une annonce" not in page_of(client, place, need)


def test_what_was_withdrawn_merged_or_hidden_begins_nothing(client, place, anne):
    need, other = said(place, anne), said(place, anne, wish="un annuaire")
    client.force_login(anne.member)
    origin = f"events.need:{need.pk}"
    needs.hide(need, by=None, now=NOW)
    assert not begun(client, origin)
    assert (
        "En faire une annonce" not in client.get(reverse("events:board", args=[place.pk])).text.split("un annuaire")[0]
    )
    assert registry.born_at(origin) is None
    needs.restore(need, by=None, now=NOW)
    merged = merging.merge(board_of(place), [need, other], Said("un tout"), by=holder(place), now=NOW)
    assert not begun(client, origin)
    assert begun(client, f"events.need:{merged.pk}")
    assert registry.born_at(origin) is not None
    merging.withdraw(said(place, anne, wish="un four"), by=anne, now=NOW)
    withdrawn = Need.objects.get(state=NeedState.WITHDRAWN)
    assert not begun(client, f"events.need:{withdrawn.pk}")
    assert registry.born_at(f"events.need:{withdrawn.pk}") is None


def test_the_workshop_is_told_as_long_as_everyone_may_read_it(client, place, anne, rapporteur):
    need = said(place, anne)
    publish(place)
    for hidden in ({"is_hidden": True}, {"is_hidden": False, "state": EventState.DRAFT}):
        Event.objects.update(**hidden)
        for code in ("events.need", "events.need_reported"):
            assert registry.born_at(f"{code}:{need.pk}") is None
    client.force_login(rapporteur.member)
    assert not begun(client, f"events.need_reported:{need.pk}")


@pytest.mark.parametrize("code", ["events.need", "events.need_reported"])
def test_what_is_gone_begins_nothing(client, code):
    assert not begun(client, f"{code}:999999")
    assert registry.born_at(f"{code}:999999") is None


def test_where_it_was_born_costs_one_query(place, anne, django_assert_num_queries):
    need = said(place, anne)
    for code in ("events.need", "events.need_reported"):
        with django_assert_num_queries(1):
            assert registry.born_at(f"{code}:{need.pk}") is not None
