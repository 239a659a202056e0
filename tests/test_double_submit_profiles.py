"""The forms of entries sent several times at the same moment: one entry, one request, one message, no text lost."""

import pytest
from django.test import Client

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.models import Contact, Entry, EntryChange, JoinRequest
from alliage.directory.queries import profiles as queries
from alliage.directory.services import profiles as services
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.directory.tests.test_profile_pages import fields
from alliage.notifications.models import Notification, OutgoingMail
from tests.concurrency import at_once
from tests.test_double_submit import another_window, form_of

pytestmark = pytest.mark.django_db(transaction=True)
MINE = "/annuaire/ma-fiche/"
WINDOWS = 4


@pytest.fixture(autouse=True)
def _database(transactional_db, tmp_path, settings):
    settings.HONEYPOT_SECONDS = 0
    settings.VAR_DIR = tmp_path


def send(client, url, answers):
    windows = [another_window(client) for _window in range(WINDOWS)]
    return at_once(*(lambda window=window: window.post(url, answers) for window in windows))


def test_a_first_entry_is_begun_once_and_one_window_alone_saves_it():
    member = MemberFactory(name="Alix Payet")
    client = MemberClient()
    client.force_login(member)
    sent = send(client, MINE, {**fields(client.get(MINE)), "act": "save", "function": "Maire"})
    assert sorted(response.status_code for response in sent) == [302, 422, 422, 422]
    assert Entry.objects.get().function == "Maire"
    assert EntryChange.objects.filter(act="created").count() == 1


def test_drafts_of_several_windows_keep_one_and_tell_the_others():
    member = MemberFactory()
    CatalystFactory(owner=member)
    client = MemberClient()
    client.force_login(member)
    shown = [fields(client.get(MINE)) for _window in range(WINDOWS)]
    windows = [another_window(client) for _window in range(WINDOWS)]
    sent = at_once(
        *(
            lambda window=window, rank=rank: window.post(f"{MINE}brouillon/", {**shown[rank], "function": f"n° {rank}"})
            for rank, window in enumerate(windows)
        )
    )
    kept = [rank for rank, response in enumerate(sent) if response.status_code == 200]
    assert [response.status_code for response in sent].count(409) == WINDOWS - 1
    assert services.draft_of(Entry.objects.get(), member)["data"]["function"] == [f"n° {kept[0]}"]


def test_a_request_to_join_and_its_answer_are_taken_once():
    holder, member = MemberFactory(), MemberFactory()
    group = OrganisationFactory(owner=holder)
    CatalystFactory(owner=member)
    client = MemberClient()
    client.force_login(member)
    send(client, queries.url(group, "join"), {"role": "bénévole"})
    row = JoinRequest.objects.get()
    assert Notification.objects.filter(person=holder).count() == 1
    keeper = MemberClient()
    keeper.force_login(holder)
    send(keeper, f"/annuaire/rattachements/{row.pk}/repondre/", {"act": "accept"})
    assert group.people.count() == 1
    assert Notification.objects.filter(person=member, kind="directory.join").count() == 1


def test_a_message_leaves_once():
    MemberFactory(role=Role.ANIMATOR)
    entry = CatalystFactory(owner=MemberFactory())
    url = queries.url(entry, "write")
    browser = Client()
    answers = {
        **form_of(browser.get(url).content.decode()),
        "name": "Maire de Saül",
        "email": "maire@saul.exemple.fr",
        "text": "Pouvez-vous nous aider ?",
        "site_internet": "",
    }
    sent = send(browser, url, answers)
    assert {(response.status_code, response["Location"]) for response in sent} == {(302, entry.get_absolute_url())}
    assert Contact.objects.count() == 1
    assert OutgoingMail.objects.count() == 2
