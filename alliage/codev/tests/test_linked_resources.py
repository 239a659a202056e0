"""Resources of the library that go with a message or a session: chosen by a title or an address, read by the group alone."""

import json
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import taken
from alliage.codev.models import Message, SessionResource
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import sessions as session_queries
from alliage.codev.services import messages, session_erasing, session_resources, session_words, threads
from alliage.codev.services.messages import MessageRefused, Said
from alliage.codev.services.sessions import SessionRefused
from alliage.codev.services.threads import Opening
from alliage.codev.tests.factories import NOW, group_of
from alliage.codev.tests.sessioned import Worked, ended
from alliage.library.services import resources
from alliage.library.tests.factories import published
from alliage.search import services as search

pytestmark = pytest.mark.django_db
TITLE = "Partager un jardin"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def resource():
    return published(title=TITLE)


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def text_of(response):
    return response.content.decode()


def withdrawn(resource):
    resources.withdraw(resource, by=None, now=NOW)
    resource.refresh_from_db()


# --- Messages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def thread():
    camille, driss = MemberFactory(name="Camille"), MemberFactory(name="Driss")
    group = group_of(camille, driss, facilitator=MemberFactory(name="Fanta"))
    message = threads.open_thread(group, Opening(Said("Qui a un jardin ?")), by=camille, now=NOW).message
    message.thread.camille, message.thread.driss = camille, driss
    return message.thread


def test_a_message_links_a_resource_by_its_title_or_by_its_address(thread, resource):
    search.rebuild()
    client, url = signed_in(thread.driss), thread.get_absolute_url()
    for typed in (
        {"resource": TITLE.upper()},
        {"resource": resource.permanent_url},
        {"resource": TITLE, "resource_code": f"resource:{resource.pk}"},
    ):
        client.post(url, {"text": f"Voici {len(typed)} {typed['resource']}", "act": "send", **typed})
        assert Message.objects.latest("pk").resource == resource, typed
    page = text_of(client.get(url))
    assert f'href="{resource.get_absolute_url()}"' in page
    assert "search/picker.js" in page


def test_words_that_name_nothing_are_refused_and_nothing_typed_is_lost(thread, resource):
    search.rebuild()
    answer = signed_in(thread.driss).post(
        thread.get_absolute_url(), {"text": "Mon long message", "resource": "xylophone", "act": "send"}
    )
    assert answer.status_code == 422
    assert "Mon long message" in text_of(answer)
    assert 'value="xylophone"' in text_of(answer)
    assert thread.messages.count() == 1


def test_a_thread_opens_with_a_resource_and_its_draft_keeps_it(thread, resource):
    client = signed_in(thread.camille)
    new = f"/codev/groupes/{thread.group_id}/echanges/nouveau/"
    code = f"resource:{resource.pk}"
    client.post(new, {"text": "Plus tard", "resource": TITLE, "resource_code": code, "act": "draft"})
    page = text_of(client.get(new))
    assert f'value="{code}" data-code' in page
    client.post(new, {"text": "Maintenant", "resource": TITLE, "resource_code": code, "act": "send"})
    assert Message.objects.latest("pk").resource == resource


def test_changing_a_message_keeps_changes_or_takes_away_its_resource(thread, resource):
    said = messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW).message
    client, url = signed_in(thread.driss), f"/codev/groupes/{thread.group_id}/messages/{said.pk}/modifier/"
    assert f'value="resource:{resource.pk}" data-code' in text_of(client.get(url))
    form = {"text": "Voici donc", "version": messages.mark_of(said), "act": "send"}
    client.post(url, form | {"resource": TITLE, "resource_code": f"resource:{resource.pk}"})
    said.refresh_from_db()
    assert (said.text, said.resource) == ("Voici donc", resource)
    withdrawn(resource)
    client.post(url, {"text": "Voici enfin", "version": messages.mark_of(said), "act": "send", "resource": ""})
    said.refresh_from_db()
    assert said.resource == resource  # the form could not show it
    said.resource = published(title="Une autre")
    said.save()
    client.post(url, {"text": "Sans", "version": messages.mark_of(said), "act": "send", "resource": ""})
    said.refresh_from_db()
    assert (said.text, said.resource) == ("Sans", None)


def test_a_resource_linked_in_another_window_is_not_dropped_by_one_that_was_opened_before(thread, resource):
    said = messages.reply(thread, Said("Voici"), by=thread.driss, now=NOW).message
    client, url = signed_in(thread.driss), f"/codev/groupes/{thread.group_id}/messages/{said.pk}/modifier/"
    before = messages.mark_of(said)
    typed = {"text": "Voici", "version": before, "act": "send"}
    client.post(url, typed | {"resource": TITLE, "resource_code": f"resource:{resource.pk}"})
    said.refresh_from_db()
    assert said.resource == resource
    refused = client.post(url, typed | {"resource": ""})
    assert refused.status_code == 422
    assert "dans une autre fenêtre" in text_of(refused)
    said.refresh_from_db()
    assert said.resource == resource
    # Read again, it is what one wants.
    version = re.search(r'name="version" value="([^"]*)"', text_of(refused))[1]
    assert version == messages.mark_of(said)
    client.post(url, typed | {"resource": "", "version": version})
    said.refresh_from_db()
    assert said.resource is None


def test_a_link_that_changed_is_said_and_the_same_saved_again_is_not(thread, resource):
    said = messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW).message
    messages.change(said, Said("Voici", resource=resource), was="ancien", by=thread.driss, now=LATER)
    said.refresh_from_db()
    assert said.edited_at is None
    other = published(title="Une autre")
    messages.change(said, Said("Voici", resource=other), was=messages.mark_of(said), by=thread.driss, now=LATER)
    said.refresh_from_db()
    assert (said.resource, said.edited_at) == (other, LATER)
    assert not said.versions.exists()
    client = signed_in(thread.camille)
    versions = f"/codev/groupes/{thread.group_id}/messages/{said.pk}/versions/"
    assert versions in text_of(client.get(thread.get_absolute_url()))
    assert "La ressource liée l’a été le" in text_of(client.get(versions))


def test_without_a_script_what_is_typed_over_the_link_takes_it_away_or_replaces_it(thread, resource):
    other = published(title="Ouvrir une ressourcerie")
    search.rebuild()
    said = messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW).message
    client, url = signed_in(thread.driss), f"/codev/groupes/{thread.group_id}/messages/{said.pk}/modifier/"
    form = {"text": "Voici", "act": "send", "resource_code": f"resource:{resource.pk}"}
    for typed, linked in ((TITLE, resource), (other.title, other), ("", None)):
        version = re.search(r'name="version" value="([^"]*)"', text_of(client.get(url)))[1]
        client.post(url, form | {"resource": typed, "version": version})
        said.refresh_from_db()
        assert said.resource == linked, typed


def test_a_draft_without_a_script_keeps_what_was_typed_over_the_link(thread, resource):
    client = signed_in(thread.camille)
    new = f"/codev/groupes/{thread.group_id}/echanges/nouveau/"
    kept = {"text": "Plus tard", "resource_code": f"resource:{resource.pk}", "act": "draft"}
    for typed in ("Autre chose", ""):
        client.post(new, kept | {"resource": typed})
        page = text_of(client.get(new))
        assert 'name="resource_code" value=""' in page
        assert TITLE not in page
        assert not typed or f'value="{typed}"' in page


def test_what_is_withdrawn_from_the_library_is_named_no_more(thread, resource):
    messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW)
    withdrawn(resource)
    page = text_of(signed_in(thread.camille).get(thread.get_absolute_url()))
    assert TITLE not in page
    assert "n’est plus publiée" in page
    assert TITLE not in str(message_queries.mine(thread.driss))


def test_a_message_taken_back_links_nothing(thread, resource):
    said = messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW).message
    messages.take_back(said, by=thread.driss, now=NOW)
    said.refresh_from_db()
    assert said.resource is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=said.pk).update(resource=resource)


def test_a_hidden_message_shows_its_resource_to_nobody_else(thread, resource):
    said = messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW).message
    messages.hide(said, by=thread.camille, now=NOW)
    assert TITLE not in text_of(signed_in(thread.camille).get(thread.get_absolute_url()))


def test_the_resource_of_a_message_is_taken_away_with_it_and_the_library_says_nothing(thread, resource, client):
    messages.reply(thread, Said("Voici", resource=resource), by=thread.driss, now=NOW)
    said = json.dumps(taken.as_data(thread.group, thread.camille), default=str, ensure_ascii=False)
    assert resource.permanent_url in said
    assert any(TITLE in str(block) for block in taken.as_document(thread.group, thread.camille).blocks)
    assert TITLE in str(message_queries.mine(thread.driss))
    for person in (client, signed_in(thread.driss)):
        assert thread.group.name not in text_of(person.get(resource.get_absolute_url()))


def test_a_message_says_something_beside_its_resource(thread, resource):
    with pytest.raises(MessageRefused):
        messages.reply(thread, Said("", resource=resource), by=thread.driss, now=NOW)


# --- Sessions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def w():
    return Worked()


def test_anyone_of_the_group_links_a_resource_to_a_session_before_it(w, resource):
    search.rebuild()
    url = w.session.get_absolute_url()
    client = signed_in(w.omar)
    answer = client.post(f"{url}ressources/", {"resource": TITLE})
    assert answer["Location"] == f"{url}#ressources"
    page = text_of(client.get(url))
    assert f'href="{resource.get_absolute_url()}"' in page
    assert "liée par" in page
    assert client.post(f"{url}ressources/", {"resource": resource.get_absolute_url()}).status_code == 302
    assert SessionResource.objects.count() == 1
    refused = client.post(f"{url}ressources/", {"resource": "xylophone"})
    assert refused.status_code == 422
    assert 'value="xylophone"' in text_of(refused)


def test_the_first_link_begins_the_session_of_an_encounter(w, resource):
    other = w.planned(NOW.replace(year=NOW.year + 1))
    url = f"/codev/groupes/{w.group.pk}/rencontres/{other.pk}/seance/"
    client = signed_in(w.omar)
    assert client.post(f"{url}ressources/1/retirer/").status_code == 404
    client.post(f"{url}ressources/", {"resource_code": f"resource:{resource.pk}"})
    assert SessionResource.objects.get().session.encounter == other


def test_who_linked_it_and_who_facilitates_take_it_away(w, resource):
    linked = session_resources.link(w.session, resource, by=w.omar, now=NOW)
    url = f"{w.session.get_absolute_url()}ressources/{linked.pk}/retirer/"
    assert signed_in(w.driss).post(url).status_code == 403
    assert signed_in(MemberFactory()).post(url).status_code in {403, 404}
    assert signed_in(w.omar).post(url).status_code == 302
    assert not SessionResource.objects.exists()
    assert signed_in(w.omar).post(url).status_code == 404
    again = session_resources.link(w.session, resource, by=w.omar, now=NOW)
    assert signed_in(w.fanta).post(f"{w.session.get_absolute_url()}ressources/{again.pk}/retirer/").status_code == 302
    assert not SessionResource.objects.exists()


def test_what_is_withdrawn_is_shown_no_more_nor_linked(w, resource):
    kept = published(title="Un four")
    for each in (resource, kept):
        session_resources.link(w.session, each, by=w.omar, now=NOW)
    withdrawn(resource)
    assert TITLE not in text_of(signed_in(w.omar).get(w.session.get_absolute_url()))
    assert session_queries.export_of(w.omar)["ressources_liees"] == [f"Un four, {kept.permanent_url}"]
    other = published()
    withdrawn(other)
    with pytest.raises(SessionRefused, match="plus publiée"):
        session_resources.link(w.session, other, by=w.omar, now=NOW)


def test_a_session_holds_so_many(w, resource, monkeypatch):
    monkeypatch.setattr(session_resources, "MOST", 0)
    answer = signed_in(w.omar).post(
        f"{w.session.get_absolute_url()}ressources/", {"resource_code": f"resource:{resource.pk}"}
    )
    assert answer.status_code == 422
    assert "au plus" in text_of(answer)


def test_what_is_no_longer_shown_takes_no_place_among_them(w, resource, monkeypatch):
    monkeypatch.setattr(session_resources, "MOST", 1)
    session_resources.link(w.session, resource, by=w.omar, now=NOW)
    other = published(title="Un four")
    with pytest.raises(SessionRefused, match="au plus"):
        session_resources.link(w.session, other, by=w.omar, now=NOW)
    withdrawn(resource)
    assert session_resources.link(w.session, other, by=w.omar, now=NOW).resource == other


def test_erasing_the_session_erases_what_was_linked_and_nothing_is_added(w, resource):
    linked = session_resources.link(w.session, resource, by=w.omar, now=NOW)
    assert str(linked) == f"ressource liée à une séance {linked.pk}"
    session_erasing._erase(w.session, now=NOW)
    assert not SessionResource.objects.exists()
    with pytest.raises(SessionRefused, match="effacée"):
        session_resources.link(w.session, resource, by=w.omar, now=NOW)


def test_who_closes_an_account_takes_their_links_away(w, resource):
    session_resources.link(w.session, resource, by=w.omar, now=NOW)
    assert TITLE in str(session_queries.export_of(w.omar))
    session_words.forget_member(w.omar)
    assert not SessionResource.objects.exists()


def test_a_resource_is_linked_once_to_a_session(w, resource):
    session_resources.link(w.session, resource, by=w.omar, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionResource.objects.create(session=w.session, resource=resource, by=w.omar)


def test_members_take_it_away_and_the_library_says_nothing_of_it(w, resource, client):
    session_resources.link(w.session, resource, by=w.omar, now=NOW)
    said = json.dumps(taken.as_data(w.group, w.omar), default=str, ensure_ascii=False)
    assert resource.permanent_url in said
    assert w.group.name not in text_of(client.get(resource.get_absolute_url()))


def test_after_a_session_its_resources_are_beside_what_was_learnt(resource):
    done = ended()
    session_resources.link(done.session, resource, by=done.omar, now=done.now)
    page = text_of(signed_in(done.omar).get(done.session.get_absolute_url()))
    assert "Ressources utiles" in page
    assert TITLE in page
