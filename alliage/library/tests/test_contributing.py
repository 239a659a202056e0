"""Contributing: begun once, read in the background, kept while one types, proposed; and what must be refused in words."""

import json
import logging
import re
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from unittest import mock
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import CatalystFactory
from alliage.files import services as stored_files
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, archive, docx, picture, upload
from alliage.jobs import fetch
from alliage.jobs.fetch import Fetched
from alliage.jobs.models import Job
from alliage.library import content as contents
from alliage.library import permissions
from alliage.library.enums import ProposalState, State
from alliage.library.forms import writing
from alliage.library.models import Intake, PreviewLink, Proposal, Resource, ResourceFile
from alliage.library.queries import contributing as queries
from alliage.library.registers.contributing import card_url
from alliage.library.services import contributing, files, previews, proposals, resources
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.notifications.models import Notification
from alliage.search.models import SearchChange
from alliage.territories.tests.factories import TerritoryFactory
from alliage.ui.drafts import DraftTaken, Mark

pytestmark = pytest.mark.django_db
START = "/ressources/proposer/"
PAGE = b"<html lang=fr><title>Le guide du tiers-lieu</title><meta name=description content='Trois questions.'></html>"


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def _words():
    call_command("load_taxonomy", verbosity=0)


@contextmanager
def outside(answer):
    """A web of one page: what the door to outside addresses answers, or says no to."""

    class Door:
        def get(self, url, **_options):
            if isinstance(answer, Exception):
                raise answer
            return answer

    with mock.patch.object(fetch, "fetcher", Door):
        yield


def page(content=PAGE, content_type="text/html", url="https://exemple.fr/guide"):
    return Fetched(url, content, content_type, "utf-8", "", "")


def signed_in(member=None, role=Role.MEMBER):
    member = member or MemberFactory(role=role)
    client = MemberClient()
    client.force_login(member)
    return client, member


def typed(**more):
    return dict(writing.typed(contents.cleaned(said(**more))).items())


# --- Begin ---------------------------------------------------------------------------------------------------------


def test_a_link_is_read_in_the_background_and_its_card_is_proposed(django_capture_on_commit_callbacks):
    member = MemberFactory()
    with outside(page()), django_capture_on_commit_callbacks(execute=True):
        intake = contributing.begin_from_link(" https://exemple.fr/guide ", by=member, sent="a", now=NOW)
    intake.refresh_from_db()
    assert intake.found["title"] == "Le guide du tiers-lieu"
    assert intake.error == ""
    assert intake.proposal.content["links"] == [{"url": "https://exemple.fr/guide", "label": ""}]
    assert intake.proposal.content["licence"] == "tous-droits-reserves"
    assert contributing.begin_from_link("https://exemple.fr/guide", by=member, sent="a", now=NOW) == intake
    assert card_url(intake.job) == f"/ressources/{intake.proposal.resource_id}/fiche/"
    assert card_url(Job(pk=uuid4())) == ""
    assert str(intake) == f"apport {intake.pk}"


def test_a_page_that_does_not_answer_is_said_and_one_goes_on(django_capture_on_commit_callbacks):
    with outside(fetch.FetchRefused("Ce site ne répond pas.")), django_capture_on_commit_callbacks(execute=True):
        intake = contributing.begin_from_link("https://exemple.fr/", by=MemberFactory(), sent="a", now=NOW)
    intake.refresh_from_db()
    assert (intake.found, intake.error) == ({}, "Ce site ne répond pas.")
    client, _member = signed_in(intake.proposal.author)
    shown = client.get(f"/ressources/{intake.proposal.resource_id}/fiche/").content.decode()
    assert "Ce site ne répond pas." in shown
    assert 'name="title" value="exemple.fr"' in shown


def test_a_link_to_a_pdf_reads_the_document(django_capture_on_commit_callbacks):
    answer = page(PDF, "application/pdf", "https://exemple.fr/kit-2023.pdf?x=1")
    with outside(answer), django_capture_on_commit_callbacks(execute=True):
        intake = contributing.begin_from_link(
            "https://exemple.fr/kit-2023.pdf?x=1", by=MemberFactory(), sent="a", now=NOW
        )
    intake.refresh_from_db()
    assert (intake.found["title"], intake.found["kind"], intake.found["year"]) == ("Kit 2023", "kit", 2023)


def test_a_link_that_a_browser_would_run_is_refused():
    with pytest.raises(contents.ContentRefused):
        contributing.begin_from_link("javascript:alert(1)", by=MemberFactory(), sent="a", now=NOW)
    assert not Resource.objects.exists()


def test_a_file_is_kept_read_and_tied_to_its_resource(django_capture_on_commit_callbacks):
    member = MemberFactory()
    with django_capture_on_commit_callbacks(execute=True):
        intake = contributing.begin_from_file(upload(docx(), "guide_2022.docx"), by=member, sent="a", now=NOW)
    intake.refresh_from_db()
    assert intake.found["title"] == "Faire alliance"
    held = ResourceFile.objects.get()
    assert (held.file, held.resource, held.is_published) == (intake.file, intake.proposal.resource, False)
    assert contributing.begin_from_file(upload(docx(), "guide_2022.docx"), by=member, sent="a", now=NOW) == intake
    assert StoredFile.objects.count() == 1
    contributing.read_source(mock.Mock(), {"intake": 0})
    StoredFile.objects.all().delete()
    contributing.read_source(mock.Mock(), {"intake": intake.pk})
    intake.refresh_from_db()
    assert "plus là" in intake.error


def test_the_same_form_sent_twice_at_the_same_moment_begins_once(monkeypatch):
    member = MemberFactory()
    first = contributing.begin_blank("pratique", "Un atelier", by=member, sent="a", now=NOW)
    looks = iter([None, None])
    real = contributing.Intake.objects.filter

    def blind(**query):
        return (
            mock.Mock(first=lambda: next(looks))
            if "sent_key" in query and not seen.append(1) and len(seen) == 1
            else real(**query)
        )

    seen = []
    monkeypatch.setattr(contributing.Intake.objects, "filter", blind)
    assert contributing.begin_blank("pratique", "Un atelier", by=member, sent="a", now=NOW) == first
    seen.clear()
    looks = iter([None])
    assert contributing.begin_from_file(upload(PDF, "a.pdf"), by=member, sent="a", now=NOW) == first
    monkeypatch.undo()
    assert Resource.objects.count() == 1


def test_another_error_of_the_database_is_not_hidden(monkeypatch):
    def fail(*args, **options):
        raise IntegrityError

    monkeypatch.setattr(proposals, "begin", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        contributing.begin_blank("pratique", "Un atelier", by=MemberFactory(), sent="a", now=NOW)


def test_a_member_signs_with_the_entry_that_everyone_reads():
    member = MemberFactory(name="Alix")
    assert contributing.author_of(member) == [{"name": "Alix", "role": "auteur", "entry": ""}]
    entry = CatalystFactory(owner=member, name="Alix Demo", visibility=Visibility.MEMBERS)
    assert contributing.author_of(member)[0]["entry"] == ""
    entry.visibility = Visibility.PUBLIC
    entry.save()
    assert contributing.author_of(member) == [{"name": "Alix Demo", "role": "auteur", "entry": entry.slug}]


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_each_writer_has_a_draft_and_saving_ends_ones_own():
    proposal, other = proposed(), MemberFactory()
    mine = Mark(proposal.token, "t1")
    contributing.keep_draft(proposal, {"title": ["Un"]}, mark=mine, by=proposal.author, now=NOW)
    contributing.keep_draft(proposal, {"title": ["Deux"]}, mark=Mark("", "t9"), by=other, now=NOW)
    proposal.refresh_from_db()
    assert contributing.draft_of(proposal, other)["data"] == {"title": ["Deux"]}
    assert contributing.draft_of(None, other) is None
    with pytest.raises(DraftTaken):
        contributing.keep_draft(
            proposal, {"title": ["Trois"]}, mark=Mark("", "t2"), by=proposal.author, now=NOW + timedelta(minutes=1)
        )
    proposals.write(proposal, said(), token=proposal.token, by=proposal.author, now=NOW)
    assert contributing.draft_of(proposal, proposal.author) is None
    assert contributing.draft_of(proposal, other) is not None
    contributing.drop_draft(proposal, by=other)
    proposal.refresh_from_db()
    assert (proposal.draft, proposal.draft_saved_at) == (None, None)


def test_a_draft_is_kept_while_a_reviewer_reads_and_not_once_it_is_over():
    proposal = proposals.submit(proposed(), by=None, now=NOW)
    contributing.keep_draft(proposal, {"title": ["Un"]}, mark=Mark("", "t"), by=proposal.author, now=NOW)
    resource = published()
    over = resource.proposals.get()
    with pytest.raises(contributing.ContributionRefused):
        contributing.keep_draft(over, {"title": ["Un"]}, mark=Mark("", "t"), by=resource.owner, now=NOW)


# --- Propose and publish ---------------------------------------------------------------------------------------------


def test_proposing_tells_the_author_what_comes_next_without_a_word_of_the_text(mailoutbox):
    proposal = proposed(title="Un titre que seul son auteur connaît")
    contributing.propose(proposal, by=proposal.author, now=NOW)
    contributing.propose(proposal, by=proposal.author, now=NOW)
    told = Notification.objects.get(person=proposal.author)
    assert told.kind == "library.submitted"
    assert "Un titre" not in f"{told.title} {told.text}"
    assert proposal.state == ProposalState.SUBMITTED
    other = proposed()
    contributing.propose(other, by=MemberFactory(role=Role.ANIMATOR), now=NOW)
    assert not Notification.objects.filter(person=other.author, kind="library.submitted").exists()


def test_an_empty_text_is_not_proposed():
    proposal = proposed(summary="", sections={})
    for act in (contributing.propose, contributing.publish_at_once):
        with pytest.raises(contributing.ContributionRefused, match="résumé"):
            act(proposal, by=proposal.author, now=NOW)


def test_what_is_published_without_review_says_so():
    proposal = proposed()
    resource = contributing.publish_at_once(proposal, by=MemberFactory(role=Role.ANIMATOR), now=NOW)
    assert "sans relecture" in resource.versions.get().note
    following = proposals.open_proposal(resource, by=None, now=NOW)
    proposals.write(following, said(), token=following.token, by=None, now=NOW, note="Le titre.")
    contributing.publish_at_once(following, by=None, now=NOW)
    assert resource.versions.get(number=2).note.startswith("Le titre. Publiée sans relecture")


# --- Files -----------------------------------------------------------------------------------------------------------


def test_a_file_sent_twice_is_one_and_the_files_of_others_are_never_taken():
    proposal, other = proposed(), proposed()
    first = files.add(proposal.resource, upload(PDF, "a.pdf"), by=proposal.author, now=NOW)
    assert files.add(proposal.resource, upload(PDF, "a.pdf"), by=proposal.author, now=NOW) == first
    foreign = files.add(other.resource, upload(PDF, "secret.pdf"), by=other.author, now=NOW)
    free = files.send(upload(PDF, "libre.pdf"), by=other.author, now=NOW)
    asked = [{"id": str(each), "name": "menteur.exe", "size": 1} for each in (first.pk, foreign.pk, free.pk, uuid4())]
    proposals.write(proposal, said(files=asked), token=proposal.token, by=proposal.author, now=NOW)
    assert proposal.content["files"] == [{"id": str(first.pk), "label": "", "name": "a.pdf", "size": len(PDF)}]
    assert not permissions.can_read_file(proposal.author, other.resource, is_published=False)


def test_several_files_are_kept_each_on_its_own():
    proposal = proposed()
    sent = [upload(PDF, "a.pdf"), upload(b"MZ\x90\0" + b"\0" * 50, "b.pdf")]
    kept, refused = files.add_all(proposal.resource, sent, by=proposal.author, now=NOW)
    assert [each.name for each in kept] == ["a.pdf"]
    assert len(refused) == 1
    assert "b.pdf" in refused[0]


def test_a_resource_does_not_fill_the_disk(monkeypatch):
    monkeypatch.setitem(contents.MOST, "files", 1)
    proposal = proposed()
    for number in range(2):
        files.add(proposal.resource, upload(PDF, f"{number}.pdf"), by=proposal.author, now=NOW)
    with pytest.raises(files.FileRefused, match="beaucoup"):
        files.add(proposal.resource, upload(PDF, "x.pdf"), by=proposal.author, now=NOW)


def test_nothing_is_left_when_a_file_cannot_be_tied(monkeypatch, settings):
    def fail(**fields):
        raise IntegrityError

    proposal = proposed()
    monkeypatch.setattr(ResourceFile.objects, "create", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        files.add(proposal.resource, upload(PDF, "a.pdf"), by=proposal.author, now=NOW)
    assert [path for path in (settings.VAR_DIR / "files").rglob("*") if path.is_file()] == []


def test_files_that_nothing_names_are_thrown_away_after_two_days(django_capture_on_commit_callbacks):
    proposal = proposed()
    author, resource = proposal.author, proposal.resource
    names = ("ecrit", "brouillon", "oublie")
    written, drafted, left = (files.add(resource, upload(PDF, f"{name}.pdf"), by=author, now=NOW) for name in names)
    alone = files.send(upload(PDF, "seul.pdf"), by=author, now=NOW)
    begun = contributing.begin_from_file(upload(PDF, "debut.pdf"), by=author, sent="a", now=NOW).file
    proposals.write(proposal, said(files=[{"id": str(written.pk)}]), token=proposal.token, by=author, now=NOW)
    data = {"title": ["x"], "file_1_id": [str(drafted.pk)]}
    contributing.keep_draft(proposal, data, mark=Mark("", "t"), by=author, now=NOW)
    files.tidy(NOW + timedelta(days=1))
    assert StoredFile.objects.count() == 5
    with django_capture_on_commit_callbacks(execute=True):
        files.tidy(NOW + timedelta(days=3))
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {written.pk, drafted.pk, begun.pk}
    assert not left.file.storage.exists(left.file.name)
    assert not alone.file.storage.exists(alone.file.name)
    proposals.drop(proposal, by=author, now=NOW)
    files.tidy(NOW + timedelta(days=3))
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {begun.pk}


def test_the_search_is_told_of_the_text_of_published_files_alone():
    author = MemberFactory()
    stored = files.send(upload(docx(), "a.docx"), by=author, now=NOW)
    resource = published(by=author, files=[{"id": str(stored.pk)}])
    SearchChange.objects.all().delete()
    stored_files.extract_text(stored.pk, now=NOW)
    assert SearchChange.objects.filter(kind="resource").exists()
    ResourceFile.objects.filter(resource=resource).update(is_published=False)
    SearchChange.objects.all().delete()
    contributing.text_read(stored, NOW)
    assert not SearchChange.objects.exists()


# --- What names the place --------------------------------------------------------------------------------------------


def test_a_text_that_names_its_place_all_the_same_is_told_to_its_author():
    TerritoryFactory(kind="commune", code="17300", name="La Rochelle")
    TerritoryFactory(kind="commune", code="76255", name="Eu")
    content = contents.cleaned(
        said(
            title="Un atelier à la rochelle",
            summary="Il a eu lieu.",
            sections={"contexte": "Alix Demo y habite."},
            territories=["commune:17300", "commune:76255"],
            hides_place=True,
        )
    )
    found = {each.name: each.parts for each in queries.naming(content)}
    assert found == {"La Rochelle": ["titre"], "Alix Demo": ["«\u00a0Contexte\u00a0»"]}
    assert queries.naming(content | {"hides_place": False}) == []


def test_an_author_is_linked_to_an_entry_that_everyone_reads_and_that_bears_the_name():
    open_one = CatalystFactory(name="Alix Demo", visibility=Visibility.PUBLIC)
    closed = CatalystFactory(name="Jeanne", visibility=Visibility.MEMBERS)
    asked = [
        {"name": "alix demo", "chosen": f"catalyst:{open_one.pk}"},
        {"name": "Alix Demo", "chosen": f"fiche:{open_one.slug}"},
        {"name": "Autre", "chosen": f"catalyst:{open_one.pk}"},
        {"name": "Jeanne", "chosen": f"catalyst:{closed.pk}"},
        {"name": "Libre", "chosen": ""},
        {"name": "Libre", "chosen": "catalyst:²"},
    ]
    assert [each["entry"] for each in queries.linked_authors(asked)] == [open_one.slug, open_one.slug, "", "", "", ""]


# --- Personal data -----------------------------------------------------------------------------------------------------


def test_a_member_leaves_with_a_copy_and_what_nobody_published_goes():
    member, other = MemberFactory(), MemberFactory()
    kept = published(by=member)
    draft = proposed(by=member, title="Secret")
    theirs = proposed(by=other)
    contributing.keep_draft(theirs, {"title": ["x"]}, mark=Mark("", "t"), by=member, now=NOW)
    previews.make(theirs, label="La mairie", days=7, sent="s", by=member, now=NOW)
    data = personal_data.get("library.contributing")
    copy = json.dumps(data.export(member), default=str)
    assert "Secret" in copy
    assert "La mairie" in copy
    assert "Secret" not in json.dumps(data.export(other), default=str)
    data.erase(member)
    kept.refresh_from_db()
    theirs.refresh_from_db()
    assert not Resource.objects.filter(pk=draft.resource_id).exists()
    assert not PreviewLink.objects.exists()
    assert (kept.owner, kept.state, theirs.draft, theirs.author) == (None, State.PUBLISHED, None, other)


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in_and_comes_back_with_what_was_typed(client):
    shown = client.get(START).content.decode()
    assert "Il faut un compte" in shown
    assert "next=%2Fressources%2Fproposer%2F" in shown
    gone = client.post(START, {"act": "link", "url": "https://a.fr/x"})
    assert gone.status_code == 302
    assert "lien%3Dhttps%253A%252F%252Fa.fr%252Fx" in gone["Location"]
    assert 'value="https://a.fr/x"' in client.get(f"{START}?lien=https://a.fr/x").content.decode()
    kept = client.post(START, {"act": "blank", "kind": "retour", "title": "Un titre assez long pour être gardé"})
    assert kept.status_code == 403
    assert "Un titre assez long pour être gardé" in kept.content.decode()
    assert client.get(f"{START}?sorte=x&titre={'t' * 300}").status_code == 200
    assert not Resource.objects.exists()


@pytest.mark.usefixtures("_words")
def test_from_a_link_to_a_proposal_in_three_screens(django_capture_on_commit_callbacks):
    client, _member = signed_in()
    assert client.post(START, {"act": "rien"}).status_code == 200
    assert client.post(START, {"act": "link", "url": "pas une adresse"}).status_code == 422
    with outside(page()), django_capture_on_commit_callbacks(execute=True):
        begun = client.post(START, {"act": "link", "url": "https://exemple.fr/guide", "sent": "s"})
    resource = Resource.objects.get()
    address = f"/ressources/{resource.pk}/fiche/"
    assert begun["Location"] == address
    shown = client.get(address).content.decode()
    assert 'value="Le guide du tiers-lieu"' in shown
    assert "Trois questions." in shown
    assert "Proposée d’après le mot" in shown
    version = re.search(r'name="version" value="(\w+)"', shown)[1]
    card = {
        "act": "submit",
        "version": version,
        "title": "Le guide",
        "kind": "guide",
        "summary": "Trois questions.",
        "language": "fr",
    }
    refused = client.post(address, card)
    assert refused.status_code == 422
    assert "Choisissez une licence" in refused.content.decode()
    card |= {"licence": "cc-by-4.0", "text": "Pourquoi le lire.", "year": "2020", "leviers": []}
    assert client.post(address, card | {"version": "ancienne"}).status_code == 422
    assert client.post(address, card | {"year": "20"}).status_code == 422
    done = client.post(address, card)
    assert done["Location"] == f"/ressources/mes-ressources/#ressource-{resource.pk}"
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.content["sections"]) == (
        ProposalState.SUBMITTED,
        {"pourquoi": "Pourquoi le lire."},
    )
    assert "attend quelqu’un pour la relire" in client.get("/ressources/mes-ressources/").content.decode()
    assert client.get(address)["Location"] == f"/ressources/{resource.pk}/modifier/"
    assert MemberClient().get(address).status_code == 302
    stranger, _other = signed_in()
    assert stranger.get(address).status_code == 404
    assert client.get("/ressources/999/fiche/").status_code == 404


@pytest.mark.usefixtures("_words")
def test_an_unfinished_card_is_kept_and_goes_on_in_the_whole_form():
    client, _member = signed_in()
    client.post(START, {"act": "file", "file": upload(docx(), "guide.docx"), "sent": "s"})
    resource = Resource.objects.get()
    address = f"/ressources/{resource.pk}/fiche/"
    later = client.post(
        address, {"act": "later", "title": "Un guide", "kind": "kit", "text": "Un mot tapé.", "summary": ""}
    )
    assert later["Location"].startswith("/ressources/mes-ressources/")
    assert "brouillon non enregistré" in client.get("/ressources/mes-ressources/").content.decode()
    whole = client.get(f"/ressources/{resource.pk}/modifier/").content.decode()
    assert "Un mot tapé." in whole
    assert 'name="file_1_id"' in whole
    assert not re.search(r'name="licence"[^>]*checked', whole)
    assert client.post(address, {"act": "more", "title": ""})["Location"] == f"/ressources/{resource.pk}/modifier/"
    card = {
        "title": "Un guide",
        "kind": "guide",
        "summary": "S",
        "language": "fr",
        "licence": "cc0",
        "version": Proposal.objects.get().token,
    }
    assert client.post(address, card | {"act": "more"})["Location"] == f"/ressources/{resource.pk}/modifier/"
    card["version"] = Proposal.objects.get().token
    assert client.post(address, card | {"act": "later"})["Location"].startswith("/ressources/mes-ressources/")


def test_a_card_waits_for_its_reading_and_never_blocks(monkeypatch):
    client, member = signed_in()
    with outside(page()):
        intake = contributing.begin_from_link("https://exemple.fr/guide", by=member, sent="a", now=NOW)
    Job.objects.filter(pk=intake.job_id).update(state="queued", finished_at=None)
    address = f"/ressources/{intake.proposal.resource_id}/fiche/"
    assert "Ne pas attendre" in client.get(address).content.decode()
    assert "Relisez, corrigez" in client.get(f"{address}?main=1").content.decode()
    Job.objects.filter(pk=intake.job_id).update(state="failed", finished_at=NOW, error="Une erreur de la plateforme.")
    shown = client.get(address).content.decode()
    assert "Une erreur de la plateforme." in shown
    assert "Relisez, corrigez" in shown


def test_a_page_that_is_in_the_library_already_is_said():
    known = published(links=[{"url": "https://exemple.fr/guide"}])
    client, member = signed_in()
    intake = contributing.begin_blank("lien", "Un lien", by=member, sent="a", now=NOW)
    Intake.objects.filter(pk=intake.pk).update(url="https://exemple.fr/guide")
    shown = client.get(f"/ressources/{intake.proposal.resource_id}/fiche/").content.decode()
    assert known.get_absolute_url() in shown
    resources.hide(known, by=None, now=NOW)
    assert (
        known.get_absolute_url() not in client.get(f"/ressources/{intake.proposal.resource_id}/fiche/").content.decode()
    )


def test_too_many_beginnings_wait_with_what_was_typed(monkeypatch):
    from alliage.library.views import contributing as views

    monkeypatch.setattr(views, "BEGUN_PER_PERSON", "1/10m")
    client, _member = signed_in()
    client.post(START, {"act": "blank", "kind": "pratique", "title": "Un", "sent": "1"})
    again = client.post(START, {"act": "blank", "kind": "pratique", "title": "Deuxième titre", "sent": "2"})
    assert again.status_code == 429
    assert "Deuxième titre" in again.content.decode()


@pytest.mark.usefixtures("_words")
def test_a_text_is_written_saved_and_proposed():
    client, member = signed_in()
    proposal = proposed(by=member)
    address = f"/ressources/{proposal.resource_id}/modifier/"
    shown = client.get(address).content.decode()
    assert "Un autre territoire pourrait recommencer." in shown
    assert "La partie «\u00a0Résultats\u00a0»" in shown
    data = typed(title="Un nouveau titre") | {"version": [proposal.token]}
    assert client.post(address, data | {"act": "save"})["Location"] == address
    proposal.refresh_from_db()
    assert proposal.content["title"] == "Un nouveau titre"
    late = client.post(address, data | {"act": "save"})
    assert late.status_code == 422
    assert "entre-temps" in late.content.decode()
    data["version"] = [proposal.token]
    bad = client.post(address, data | {"act": "submit", "year": ["20"], "link_1_url": ["https://exemple.fr/"]})
    assert bad.status_code == 422
    assert "quatre chiffres" in bad.content.decode()
    assert "https://exemple.fr/" in bad.content.decode()
    empty = client.post(address, data | {"act": "submit", "summary": [""], "s_contexte": [""], "s_methode": [""]})
    assert empty["Location"] == address
    assert "au moins un résumé" in client.get(address).content.decode()
    proposal.refresh_from_db()
    data["version"] = [proposal.token]
    assert client.post(address, data | {"act": "submit"})["Location"].startswith("/ressources/mes-ressources/")
    waiting = client.get(address).content.decode()
    assert "Reprendre" in waiting
    under = client.post(address, data | {"act": "save", "title": ["Tapé trop tard"]})
    assert under.status_code == 422
    assert "Tapé trop tard" in under.content.decode()
    back = f"/ressources/{proposal.resource_id}/reprendre/"
    assert client.post(back)["Location"] == address
    assert client.post(back)["Location"] == address
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DRAFT


@pytest.mark.usefixtures("_words")
def test_buttons_of_the_page_change_it_and_save_nothing():
    client, member = signed_in()
    proposal = proposed(
        by=member, kind="kit", sections={"objectif": "Réparer."}, kit_items=[{"title": "Un"}, {"title": "Deux"}]
    )
    address = f"/ressources/{proposal.resource_id}/modifier/"
    data = writing.typed(proposal.content) | {"version": [proposal.token]}
    down = client.post(address, data | {"act": "down:step:1"}).content.decode()
    assert down.index('value="Deux"') < down.index('value="Un"')
    assert 'value="Un"' not in client.post(address, data | {"act": "remove:step:1"}).content.decode()
    assert 'name="link_4_url"' in client.post(address, data | {"act": "more:link"}).content.decode()
    for odd in ("more:x", "up:step:x", "up:x:1", "down:step:999", "kind"):
        assert client.post(address, data | {"act": odd}).status_code == 200
    changed = client.post(
        address, data | {"act": "kind", "kind": ["lien"], "s_objectif": ["Mon texte"]}
    ).content.decode()
    assert "Objectif\n\nMon texte" in changed.replace("\r", "")
    assert "son texte est à la fin de «\u00a0Description\u00a0»" in changed
    before = Proposal.objects.get()
    assert (before.content, before.draft) == (proposal.content, None)
    saved = client.post(address, data | {"act": "save", "kind": ["lien"], "s_objectif": ["Mon texte"]}, follow=True)
    assert "son texte est à la fin de «\u00a0Description\u00a0»" in saved.content.decode()
    assert Proposal.objects.get().content["sections"] == {"description": "Objectif\n\nMon texte"}


@pytest.mark.usefixtures("_words")
def test_what_is_published_is_written_anew_without_touching_it(monkeypatch):
    member = MemberFactory()
    resource = published(by=member)
    client, _member = signed_in(member)
    address = f"/ressources/{resource.pk}/modifier/"
    assert "Écrire la version suivante" in client.get(address).content.decode()
    assert Proposal.objects.count() == 1
    kept = client.post(f"/ressources/{resource.pk}/brouillon/", typed(title="Deux") | {"tab": "t", "version": ""})
    assert kept.status_code == 200
    following = Proposal.objects.get(state=ProposalState.DRAFT)
    assert kept.json()["version"] == following.token
    shown = client.get(address).content.decode()
    assert 'value="Deux"' in shown
    assert "Voici votre brouillon" in shown
    data = typed(title="Deux") | {"act": ["save"], "version": [following.token], "note": ["Le titre"]}
    assert client.post(address, data).status_code == 302
    following.refresh_from_db()
    resource.refresh_from_db()
    assert (following.note, resource.title) == ("Le titre", said()["title"])
    assert 'value="Le titre"' in client.get(address).content.decode()
    other = published(by=member)
    first = client.post(f"/ressources/{other.pk}/modifier/", typed(title="Trois") | {"act": ["save"], "version": [""]})
    assert first.status_code == 302
    second_tab = client.post(
        f"/ressources/{other.pk}/modifier/", typed(title="Quatre") | {"act": ["save"], "version": [""]}
    )
    assert second_tab.status_code == 422
    assert 'value="Quatre"' in second_tab.content.decode()


def test_the_draft_says_when_it_was_kept_or_why_not(monkeypatch):
    from alliage.library.views import writing as views

    client, member = signed_in()
    proposal = proposed(by=member)
    address = f"/ressources/{proposal.resource_id}/brouillon/"
    edit = f"/ressources/{proposal.resource_id}/modifier/"
    data = typed() | {"version": [proposal.token], "tab": ["t1"], "seen": [""]}
    first = client.post(address, data).json()
    assert "Brouillon gardé" in first["message"]
    assert client.post(address, data | {"tab": ["t2"]}).status_code == 409
    assert client.post(address, data | {"tab": ["t2"], "force": ["1"]}).status_code == 200
    assert client.post(address, {"summary": "x"}).status_code == 400
    assert (
        client.post(address, data | {"tab": ["t2"], "s_contexte": ["x" * contributing.DRAFT_BYTES]}).status_code == 422
    )
    taken = client.post(edit, data | {"act": ["draft"], "tab": ["t3"], "title": ["Tapé ici"]})
    assert taken.status_code == 200
    assert "Tapé ici" in taken.content.decode()
    assert "gardez le brouillon de nouveau" in taken.content.decode()
    long = client.post(edit, data | {"act": ["draft"], "tab": ["t2"], "s_contexte": ["x" * contributing.DRAFT_BYTES]})
    assert "trop long" in long.content.decode()
    seen = contributing.draft_of(Proposal.objects.get(), member)["at"]
    assert client.post(edit, data | {"act": ["draft"], "tab": ["t3"], "seen": [seen]}).status_code == 302
    proposals.write(Proposal.objects.get(), said(title="Ailleurs"), token=proposal.token, by=MemberFactory(), now=NOW)
    assert "enregistré depuis" in client.get(edit).content.decode()
    assert client.post(address, {"drop": "1"})["Location"] == edit
    assert contributing.draft_of(Proposal.objects.get(), member) is None
    monkeypatch.setattr(views, "DRAFTS_PER_PERSON", "1/10m")
    client.post(address, data)
    assert client.post(address, data).status_code == 429
    bare = published(by=member)
    assert client.post(f"/ressources/{bare.pk}/brouillon/", {"drop": "1"}).status_code == 302


def test_a_text_is_given_up_once_it_was_confirmed():
    client, member = signed_in()
    proposal = proposed(by=member)
    address = f"/ressources/{proposal.resource_id}/abandonner/"
    assert "On ne peut pas revenir en arrière" in client.get(address).content.decode()
    assert Resource.objects.exists()
    assert client.post(address)["Location"] == "/ressources/mes-ressources/"
    assert not Resource.objects.exists()
    assert client.post(address).status_code == 404
    resource = published(by=member)
    address = f"/ressources/{resource.pk}/abandonner/"
    assert client.get(address)["Location"] == resource.get_absolute_url()
    proposals.open_proposal(resource, by=member, now=NOW)
    assert "ce qui est publié ne change pas" in client.get(address).content.decode()
    client.post(address)
    assert Resource.objects.get().is_shown
    assert client.post(f"/ressources/{resource.pk}/reprendre/").status_code == 302


@pytest.mark.usefixtures("_words")
def test_an_animator_publishes_without_review_and_others_do_not():
    proposal = proposed()
    address = f"/ressources/{proposal.resource_id}/modifier/"
    data = typed() | {"version": [proposal.token], "act": ["publish"]}
    author, _member = signed_in(proposal.author)
    assert author.post(address, data).status_code == 403
    proposal.refresh_from_db()
    animator, _someone = signed_in(role=Role.ANIMATOR)
    assert "Publier sans relecture" in animator.get(address).content.decode()
    done = animator.post(address, data | {"version": [proposal.token]})
    resource = Resource.objects.get()
    assert done["Location"] == resource.get_absolute_url()
    assert "sans relecture" in resource.versions.get().note


def test_only_its_authors_write_a_resource():
    resource = published()
    stranger, _member = signed_in()
    for act in ("modifier", "apercus", "abandonner"):
        assert stranger.get(f"/ressources/{resource.pk}/{act}/").status_code == 403
    assert stranger.get(f"/ressources/{proposed().resource_id}/modifier/").status_code == 404


def test_mine_asks_the_same_whatever_one_wrote(django_assert_max_num_queries):
    client, member = signed_in()
    assert "Rien pour l’instant" in client.get("/ressources/mes-ressources/").content.decode()
    for _one in range(5):
        published(by=member)
        proposed(by=member)
    with django_assert_max_num_queries(8):
        shown = client.get("/ressources/mes-ressources/").content.decode()
    assert shown.count('class="entry"') == 10
    waiting = proposals.submit(proposed(by=member), by=None, now=NOW)
    line = next(each for each in queries.mine(member) if each.proposal == waiting)
    assert (line.can_write, line.missing, line.is_published) == (False, [], False)
    assert "Vos ressources en cours" in client.get("/mon-espace/").content.decode()


# --- Bad input -------------------------------------------------------------------------------------------------------

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def bomb():
    return archive({"[Content_Types].xml": "x", "word/document.xml": b"\0" * 6_000_000})


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\0" + b"\0" * 200, "rapport.pdf", "pas accepté"),
        (bomb(), "rapport.docx", "trop volumineux"),
        (SVG, "dessin.svg", "pas accepté"),
        (docx(**{"word/vbaProject.bin": b"x"}), "lettre.docx", "macros"),
        (b"%PDF-1.4 " + b"x" * (26 * 1024 * 1024), "gros.pdf", "25 Mo au plus"),
        (b"", "vide.pdf", "vide"),
    ],
    ids=["renamed-executable", "zip-bomb", "svg-script", "docx-macro", "too-heavy", "empty"],
)
@pytest.mark.usefixtures("_words")
def test_a_bad_file_is_refused_in_words_and_nothing_is_half_saved(content, name, words, settings):
    client, member = signed_in()
    refused = client.post(START, {"act": "file", "file": upload(content, name), "sent": "s"})
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Resource.objects.exists()
    proposal = proposed(by=member)
    data = typed(title="Le reste est gardé") | {
        "version": [proposal.token],
        "new_files": upload(content, name),
        "act": "save",
    }
    response = client.post(f"/ressources/{proposal.resource_id}/modifier/", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Le reste est gardé" in response.content.decode()
    assert not StoredFile.objects.exists()
    assert [path for path in (settings.VAR_DIR / "files").rglob("*") if path.is_file()] == []
    proposal.refresh_from_db()
    assert proposal.content["title"] == said()["title"]


@pytest.mark.usefixtures("_words")
def test_files_come_with_the_form_and_are_not_asked_again():
    client, member = signed_in()
    proposal = proposed(by=member)
    address = f"/ressources/{proposal.resource_id}/modifier/"
    data = typed() | {"version": [proposal.token]}
    sent = [upload(PDF, "a.pdf"), upload(picture("PNG"), "b.png")]
    bad_year = client.post(address, data | {"new_files": sent, "year": ["20"], "act": "save"}).content.decode()
    assert bad_year.count('_id" value="') == 2
    rows = {f"file_{n}_id": [str(each.pk)] for n, each in enumerate(StoredFile.objects.order_by("name"), 1)}
    done = client.post(address, data | rows | {"file_2_label": ["La photo"], "file_1_drop": ["on"], "act": "save"})
    assert done.status_code == 302
    proposal.refresh_from_db()
    assert [(each["name"], each["label"]) for each in proposal.content["files"]] == [("b.jpg", "La photo")]
    added = client.post(address, data | {"new_files": upload(PDF, "c.pdf"), "act": "upload"})
    assert added.status_code == 200
    assert added.content.decode().count('_id" value="') == 1
    assert StoredFile.objects.filter(name="c.pdf").exists()


@pytest.mark.usefixtures("_words")
def test_html_in_every_field_is_a_text_on_every_page():
    client, member = signed_in()
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    proposal = proposed(by=member, kind="kit", sections={"objectif": "x"}, kit_items=[{"title": "x"}])
    address = f"/ressources/{proposal.resource_id}/modifier/"
    data = writing.typed(proposal.content) | {"version": [proposal.token], "act": ["save"]}
    for name in ("title", "summary", "s_objectif", "proof_text", "source", "author_1_name", "author_1_organisation",
                 "link_1_label", "condition_1_text", "step_1_title", "step_1_text", "step_1_role"):  # fmt: skip
        data[name] = [evil]
    data["link_1_url"] = ["https://exemple.fr/"]
    assert client.post(address, data).status_code == 302
    for path in (
        address,
        "/ressources/mes-ressources/",
        f"/ressources/{proposal.resource_id}/abandonner/",
        "/mon-espace/",
    ):
        shown = client.get(path).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    refused = client.post(
        address,
        data | {name: [evil] for name in ("kind", "licence", "language", "area_1", "step_1_minutes", "link_1_url")},
    )
    assert refused.status_code == 422
    assert "<script>alert" not in refused.content.decode()


def test_a_zip_bomb_is_never_unpacked_to_be_read():
    with zipfile.ZipFile(BytesIO(bomb())) as packed:
        assert packed.infolist()[1].file_size == 6_000_000
    with pytest.raises(Exception, match="trop volumineux"):
        files.send(upload(bomb(), "x.docx"), by=MemberFactory(), now=timezone.now())


def test_every_address_is_reversed():
    assert reverse("library:propose") == START


@pytest.mark.usefixtures("_words")
def test_a_first_draft_still_on_its_way_does_not_refuse_what_is_saved():
    member = MemberFactory()
    resource = published(by=member)
    client, _member = signed_in(member)
    client.post(f"/ressources/{resource.pk}/brouillon/", typed(title="Deux") | {"tab": "t", "version": ""})
    data = typed(title="Deux") | {"act": ["save"], "version": [""]}
    assert client.post(f"/ressources/{resource.pk}/modifier/", data).status_code == 302
    again = client.post(f"/ressources/{resource.pk}/modifier/", data | {"title": ["Trois"]})
    assert again.status_code == 422


# --- Confidential ------------------------------------------------------------------------------------------------------

PUBLIC = (
    "/", "/ressources/", "/ressources/?q=zanzibarine", "/ressources.csv", "/ressources.json", "/ressources.rss", "/recherche/?q=zanzibarine",
    "/recherche.json?q=zanzibarine", "/recherche/choisir.json?q=zanzibarine&sorte=ressources", "/sitemap.xml", "/impact/",
)  # fmt: skip


@pytest.mark.usefixtures("_words")
def test_a_text_on_its_way_is_nowhere_for_others(client, caplog, mailoutbox):
    caplog.set_level("DEBUG")
    secret = "Zanzibarine"
    _writer, member = signed_in()
    proposal = proposed(by=member, title=f"Un atelier {secret}", summary=secret, sections={"contexte": secret})
    contributing.keep_draft(proposal, {"title": [f"{secret} tapé"]}, mark=Mark("", "t"), by=member, now=NOW)
    stored = files.add(proposal.resource, upload(docx(), f"{secret}.docx"), by=member, now=NOW)
    proposals.write(
        proposal, proposal.content | {"files": [{"id": str(stored.pk)}]}, token=proposal.token, by=member, now=NOW
    )
    contributing.propose(proposal, by=member, now=NOW)
    call_command("reindex", verbosity=0)
    stranger, other = signed_in()
    pages = [
        *PUBLIC,
        f"/ressources/{proposal.resource_id}/",
        f"/ressources/{proposal.resource_id}/modifier/",
        stored.get_absolute_url(),
    ]
    for reader in (client, stranger):
        for path in pages:
            answer = reader.get(path)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            asked = content.decode().lower().replace("q=zanzibarine", "").replace('value="zanzibarine"', "")
            assert f"atelier {secret}".lower() not in asked, path
            assert answer.status_code in {200, 302, 404}, path
    assert secret not in json.dumps(personal_data.get("library.contributing").export(other), default=str)
    assert not any(secret in f"{told.title} {told.text}" for told in Notification.objects.all())
    assert not any(secret in f"{mail.subject} {mail.body}" for mail in mailoutbox)
    assert secret not in caplog.text
    assert secret not in repr((proposal, proposal.resource.proposals.get()))


@pytest.mark.usefixtures("_words")
def test_the_whole_form_asks_few_questions_of_the_database(django_assert_max_num_queries):
    for number in range(5):
        TerritoryFactory(kind="commune", code=f"4200{number}", name=f"Lieu {number}")
    client, member = signed_in()
    places = [f"commune:4200{number}" for number in range(5)]
    steps = [{"title": f"Étape {number}"} for number in range(20)]
    authors = [{"name": f"Personne {number}"} for number in range(10)]
    proposal = proposed(
        by=member, kind="kit", sections={"objectif": "x"}, territories=places, kit_items=steps, authors=authors
    )
    client.get(f"/ressources/{proposal.resource_id}/modifier/")
    with django_assert_max_num_queries(12):
        client.get(f"/ressources/{proposal.resource_id}/modifier/")


def test_the_addresses_that_are_read_are_in_no_log():
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)


def test_a_draft_sent_just_before_saving_that_arrives_after_it_changes_nothing():
    client, member = signed_in()
    proposal = proposed(by=member)
    edit, draft = (f"/ressources/{proposal.resource_id}/{page}/" for page in ("modifier", "brouillon"))
    data = typed(title="Saisi") | {"version": [proposal.token], "tab": ["t1"], "seen": [""]}
    assert client.post(edit, data).status_code == 302
    assert client.post(draft, data).status_code == 200
    assert contributing.draft_of(Proposal.objects.get(), member) is None
    assert "enregistré depuis" not in client.get(edit).content.decode()
    assert files._named(proposal.resource_id) == set()
