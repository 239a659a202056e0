"""A need written after a sequence becomes a post of the board of needs: by its author alone, with the way back to the gathering."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import registry
from alliage.directory.models import Need
from alliage.directory.services import needs
from alliage.directory.tests.factories import OrganisationFactory
from alliage.directory.tests.test_need_pages import sent
from alliage.events.enums import EventState
from alliage.events.live_enums import ContributionState
from alliage.events.models import Contribution, Event, Sequence
from alliage.events.tests.factories import rencontre, webinar

pytestmark = pytest.mark.django_db
NEW = reverse("directory:need_new")
TEXT = "Un local de 50 m² pour un atelier de réparation"


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Forms may be sent as soon as they are shown."""
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def author():
    return MemberFactory(name="Awa Sarr", email="awa@exemple.fr")


def written(author, *, kind="need", text=TEXT, event=None, signed="Awa") -> Contribution:
    event = event or webinar(starts_at=timezone.now() - timedelta(days=1), title="Webinaire des ateliers")
    sequence = event.sequences.earliest("rank")
    return Contribution.objects.create(
        sequence=sequence,
        member=author,
        kind=kind,
        text=text,
        signed=signed,
        act=uuid.uuid4(),
        state=ContributionState.WAITING,
    )


def origin_of(contribution) -> str:
    return f"events.contribution:{contribution.pk}"


def posted(client, origin: str):
    said = {"side": "besoin", "kind": "lieu", "title": TEXT, "name": "Awa", "email": "awa@exemple.fr"}
    return sent(client, NEW, said | {"origin": origin})


def test_its_author_finds_the_form_filled_and_the_post_leads_back_to_the_gathering(client, author):
    made = written(author)
    client.force_login(author)
    page = client.get(reverse("events:contribute", args=[made.sequence_id])).text
    assert f'href="{NEW}?ne={origin_of(made)}"' in page
    form = client.get(NEW, {"ne": origin_of(made)}).text
    assert f'value="{TEXT}"' in form
    assert f'name="origin" value="{origin_of(made)}"' in form
    posted(client, origin_of(made))
    need = Need.objects.get()
    assert need.origin == origin_of(made)
    born = registry.born_at(need.origin)
    assert (born.title, born.url) == (made.sequence.event.title, made.sequence.event.get_absolute_url())


def test_the_post_says_where_it_was_born_as_long_as_everyone_may_read_it(client, author):
    made = written(author)
    client.force_login(author)
    posted(client, origin_of(made))
    need = Need.objects.get()
    needs.confirm_need(need, now=timezone.now())
    assert (
        f'<a href="{made.sequence.event.get_absolute_url()}">Webinaire des ateliers</a>'
        in client.get(need.get_absolute_url()).text
    )
    for hidden in ({"is_hidden": True}, {"is_hidden": False, "state": EventState.DRAFT}):
        Event.objects.update(**hidden)
        assert "Webinaire des ateliers" not in client.get(need.get_absolute_url()).text
    Event.objects.update(state=EventState.PUBLISHED)
    made.delete()
    assert "Webinaire des ateliers" not in client.get(need.get_absolute_url()).text


def test_what_was_written_without_a_name_leads_nobody_from_the_post_to_the_gathering(client, author):
    made = written(author, signed="")
    client.force_login(author)
    told = client.get(reverse("events:contribute", args=[made.sequence_id])).text
    assert "ne dira pas qu’elle est née ici" in told
    assert f'value="{TEXT}"' in client.get(NEW, {"ne": origin_of(made)}).text
    posted(client, origin_of(made))
    need = Need.objects.get()
    assert need.origin == ""
    Need.objects.update(origin=origin_of(made))  # posted before we minded
    needs.confirm_need(need, now=timezone.now())
    page = client.get(need.get_absolute_url()).text
    assert TEXT in page
    assert "Webinaire des ateliers" not in page
    Contribution.objects.update(signed="Awa")
    assert "et dira qu’elle est née ici" in client.get(reverse("events:contribute", args=[made.sequence_id])).text


def test_what_it_was_born_of_is_forgotten_with_who_posted_it(client, author):
    client.force_login(author)
    posted(client, origin_of(written(author)))
    needs.confirm_need(Need.objects.get(), now=timezone.now())
    needs.close_need(Need.objects.get(), outcome="Un local prêté", now=timezone.now())
    needs.tend_needs(timezone.now() + needs.ENDED_KEPT + timedelta(days=1))
    assert (Need.objects.get().title, Need.objects.get().origin) == (TEXT, "")
    kept = needs.post_need(
        needs.Said("besoin", "lieu", "Un four", origin="events.contribution:1"),
        OrganisationFactory(),
        by=author,
        now=timezone.now(),
    )
    needs.forget_member(author, now=timezone.now())
    kept.refresh_from_db()
    assert (kept.author, kept.origin) == (None, "")


def test_nobody_else_begins_with_what_one_wrote_nor_posts_in_its_wake(client, author):
    made = written(author)
    client.force_login(MemberFactory())
    assert TEXT not in client.get(NEW, {"ne": origin_of(made)}).text
    posted(client, origin_of(made))
    assert Need.objects.get().origin == ""


def test_a_long_text_is_the_text_and_its_beginning_the_title(rf, author):
    made = written(author, text="Un local\n" + "très grand " * 40)
    request = rf.get("/")
    request.user = author
    begun = registry.begun_at(origin_of(made), request)
    assert begun.title.startswith("Un local très grand")
    assert (len(begun.title), begun.text) == (140, made.text)


def test_a_sequence_of_a_rencontre_is_where_it_was_born(author):
    made = written(author, event=rencontre())
    assert registry.born_at(origin_of(made)).url == Sequence.objects.get(pk=made.sequence_id).get_absolute_url()


@pytest.mark.parametrize("written_as", ["", "events.contribution:", "rien:1", "events.contribution:999999", "a b:1"])
def test_what_names_nothing_begins_nothing(rf, author, written_as):
    request = rf.get("/")
    request.user = author
    assert registry.begun_at(written_as, request) is None
    assert registry.born_at(written_as) is None


def test_a_question_is_no_need(rf, author, client):
    made = written(author, kind="question")
    assert registry.born_at(origin_of(made)) is None
    client.force_login(author)
    assert "?ne=" not in client.get(reverse("events:contribute", args=[made.sequence_id])).text
