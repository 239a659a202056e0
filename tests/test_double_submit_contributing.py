"""The forms of those who contribute sent several times at the same moment: one resource, one file, one proposal, one link."""

import pytest
from django.core.management import call_command

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, upload
from alliage.library.enums import ProposalState
from alliage.library.forms import writing
from alliage.library.models import PreviewLink, Proposal, Resource, ResourceFile
from alliage.library.services import proposals
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.notifications.models import Notification
from tests.concurrency import at_once
from tests.test_double_submit import another_window

pytestmark = pytest.mark.django_db(transaction=True)
START = "/ressources/proposer/"
WINDOWS = 4


@pytest.fixture(autouse=True)
def _database(transactional_db, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    call_command("load_taxonomy", verbosity=0)


def signed_in(member):
    client = MemberClient()
    client.force_login(member)
    return client


def send(client, url, answers):
    """`answers()` gives what each window sends: a file is read once."""
    windows = [another_window(client) for _window in range(WINDOWS)]
    return at_once(*(lambda window=window: window.post(url, answers()) for window in windows))


def test_a_resource_is_begun_once():
    client = signed_in(MemberFactory())
    sent = send(client, START, lambda: {"act": "blank", "kind": "guide", "title": "Un guide", "sent": "s"})
    assert {response.status_code for response in sent} == {302}
    assert len({response["Location"] for response in sent}) == 1
    assert Resource.objects.count() == Proposal.objects.count() == 1


def test_a_file_begins_one_resource_and_is_kept_once():
    client = signed_in(MemberFactory())
    sent = send(client, START, lambda: {"act": "file", "file": upload(PDF, "a.pdf"), "sent": "s"})
    assert {response.status_code for response in sent} == {302}
    assert Resource.objects.count() == StoredFile.objects.count() == ResourceFile.objects.count() == 1


def test_a_text_is_proposed_once_with_its_files():
    member = MemberFactory()
    proposal = proposed(by=member)
    typed = writing.typed(proposal.content) | {"act": "submit", "version": proposal.token}
    address = f"/ressources/{proposal.resource_id}/modifier/"
    sent = send(signed_in(member), address, lambda: typed | {"new_files": upload(PDF, "a.pdf")})
    assert sorted(response.status_code for response in sent) == [302, 422, 422, 422]
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SUBMITTED
    assert len(proposal.content["files"]) == StoredFile.objects.count() == 1
    assert Notification.objects.filter(person=member, kind="library.submitted").count() == 1


def test_the_next_version_is_opened_once_and_one_window_alone_saves_it():
    member = MemberFactory()
    resource = published(by=member)
    typed = writing.typed(resource.content) | {"act": "save", "version": "", "title": "Deux"}
    sent = send(signed_in(member), f"/ressources/{resource.pk}/modifier/", lambda: typed)
    assert sorted(response.status_code for response in sent) == [302, 422, 422, 422]
    assert Proposal.objects.filter(state=ProposalState.DRAFT).count() == 1


def test_a_link_is_made_once():
    member = MemberFactory()
    proposal = proposed(by=member)
    proposals.write(proposal, said(), token=proposal.token, by=member, now=NOW)
    answers = {"label": "La mairie", "days": 30, "sent": "s"}
    sent = send(signed_in(member), f"/ressources/{proposal.resource_id}/apercus/", lambda: answers)
    assert {response.status_code for response in sent} == {302}
    assert PreviewLink.objects.count() == 1
