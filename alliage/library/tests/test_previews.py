"""Links to a draft: opened without an account, until they end or are revoked; their secret is kept nowhere."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.files.tests.factories import PDF, upload
from alliage.library import previews as secrets
from alliage.library.models import PreviewLink
from alliage.library.services import files, previews, proposals, resources
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def made(proposal=None, *, label="La mairie", days=30, sent="a", now=None):
    proposal = proposal or proposed()
    return previews.make(proposal, label=label, days=days, sent=sent, by=proposal.author, now=now or timezone.now())


def opened(link, client=None):
    return (client or Client()).get("/ressources/apercu/" + secrets.token_of(link.seed) + "/")


def test_a_partner_reads_the_draft_without_an_account_and_nothing_keeps_it():
    link = made()
    response = opened(link)
    shown = response.content.decode()
    assert response.status_code == 200
    assert "Ceci est un brouillon" in shown
    assert said()["title"] in shown
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    link.refresh_from_db()
    assert link.opened_at is not None
    before = link.opened_at
    opened(link)
    link.refresh_from_db()
    assert link.opened_at == before


def test_a_partner_reads_the_draft_whole_as_it_will_be_published():
    place = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    draft = proposed(
        kind="kit",
        sections={},
        territories=[f"{place.kind}:{place.code}"],
        kit_items=[{"title": "Ouvrir", "text": "La porte", "minutes": 90, "role": "une animatrice"}],
        conditions=[{"importance": "required", "text": "Un local libre"}],
        links=[{"url": "https://exemple.fr/plan", "label": "Le plan"}],
    )
    page = opened(made(draft)).content.decode()
    for words in ("Ouvrir", "La porte", "une animatrice", "Un local libre", "Alix Demo", place.name, "Le plan", "2024"):
        assert words in page
    proposals.submit(draft, by=draft.author, now=NOW)
    author = MemberClient()
    author.force_login(draft.author)
    waiting = author.get(f"/ressources/{draft.resource_id}/modifier/").content.decode()
    for words in ("La porte", "Un local libre", "Alix Demo", place.name):
        assert words in waiting


def test_a_partner_learns_nothing_of_who_chose_not_to_be_named():
    place = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    draft = proposed(hides_place=True, territories=[f"{place.kind}:{place.code}"], source="Une note de Saint-Étienne")
    page = opened(made(draft)).content.decode()
    for words in ("Alix Demo", place.name):
        assert words not in page


def test_the_database_holds_no_address():
    link = made()
    token = secrets.token_of(link.seed)
    assert token not in str(PreviewLink.objects.values().get())
    assert link.token_digest == secrets.digest(token)
    assert opened(PreviewLink(seed=link.token_digest)).status_code == 404
    assert Client().get(f"/ressources/apercu/{link.seed}/").status_code == 404
    assert Client().get("/ressources/apercu/\udcff/".encode(errors="replace").decode()).status_code == 404
    assert str(link) == f"lien d’aperçu {link.pk}"
    assert link.get_absolute_url().endswith("/apercus/")


def test_a_link_ends_by_itself_or_is_revoked():
    link = made()
    previews.revoke(link, by=None, now=NOW)
    previews.revoke(link, by=None, now=NOW + timedelta(days=1))
    link.refresh_from_db()
    assert link.revoked_at == NOW
    assert opened(link).status_code == 404
    late = made(sent="b", now=timezone.now() - timedelta(days=8), days=7)
    assert "n’ouvre plus rien" in opened(late).content.decode()


def test_the_same_form_makes_one_link_and_there_is_an_end_to_them(monkeypatch):
    proposal = proposed()
    assert made(proposal) == made(proposal)
    monkeypatch.setattr(previews, "MOST_OPEN", 1)
    with pytest.raises(previews.PreviewRefused, match="déjà 1 liens"):
        made(proposal, sent="b")
    with pytest.raises(previews.PreviewRefused, match="liste"):
        made(proposal, sent="c", days=12)
    over = published().proposals.get()
    with pytest.raises(previews.PreviewRefused, match="brouillon"):
        previews.make(over, label="", days=7, sent="d", by=MemberFactory(), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PreviewLink.objects.update(expires_at=NOW - timedelta(days=900))


def test_it_leads_to_the_resource_once_published_and_to_nothing_once_given_up_or_hidden():
    proposal = proposed()
    link = made(proposal)
    resources.publish(proposal, by=None, now=NOW)
    assert opened(link)["Location"] == proposal.resource.get_absolute_url()
    resources.withdraw(proposal.resource, by=None, now=NOW)
    assert opened(link).status_code == 404
    following = published()
    second = proposals.open_proposal(following, by=following.owner, now=NOW)
    other = previews.make(second, label="", days=7, sent="x", by=MemberFactory(), now=timezone.now())
    assert opened(other).status_code == 200
    resources.hide(following, by=None, now=NOW)
    assert opened(other).status_code == 404
    resources.restore(following, by=None, now=NOW)
    proposals.drop(second, by=None, now=NOW)
    assert opened(other).status_code == 404


def test_what_will_not_be_named_is_not_named_here_either():
    TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    link = made(
        proposed(
            territories=["commune:42218"], authors=[{"name": "Alix Cachée"}], source="Revue cachée", hides_place=True
        )
    )
    shown = opened(link).content.decode()
    for secret in ("Saint-Étienne", "Alix Cachée", "Revue cachée", link.proposal.author.name, link.label):
        assert secret not in shown


def test_files_of_the_draft_are_read_by_the_link_alone():
    proposal = proposed()
    mine = files.add(proposal.resource, upload(PDF, "a.pdf"), by=proposal.author, now=NOW)
    left = files.add(proposal.resource, upload(PDF, "b.pdf"), by=proposal.author, now=NOW)
    proposals.write(proposal, said(files=[{"id": str(mine.pk)}]), token=proposal.token, by=proposal.author, now=NOW)
    link = made(proposal)
    start = f"/ressources/apercu/{secrets.token_of(link.seed)}/fichiers/"
    answer = Client().get(f"{start}{mine.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert "noindex" in answer["X-Robots-Tag"]
    assert Client().get(mine.get_absolute_url()).status_code == 404
    assert Client().get(f"{start}{left.pk}/").status_code == 404
    previews.revoke(link, by=None, now=NOW)
    assert Client().get(f"{start}{mine.pk}/").status_code == 404


def test_its_author_makes_copies_and_revokes_links():
    proposal = proposed()
    client = MemberClient()
    client.force_login(proposal.author)
    address = f"/ressources/{proposal.resource_id}/apercus/"
    shown = client.get(address).content.decode()
    sent = re.search(r'name="sent" value="(\w+)"', shown)[1]
    for _twice in range(2):
        assert client.post(address, {"label": "La mairie", "days": 30, "sent": sent})["Location"] == address
    link = PreviewLink.objects.get()
    shown = client.get(address).content.decode()
    assert secrets.address_of(link) in shown
    assert "Pas encore ouvert." in shown
    assert client.post(address, {"label": "x", "days": 31}).status_code == 422
    assert client.post(address, {"revoke": "999"}).status_code == 404
    assert client.post(address, {"revoke": str(link.pk)})["Location"] == address
    assert "retiré le" in client.get(address).content.decode()
    proposals.drop(proposal, by=proposal.author, now=NOW)
    assert client.get(address).status_code == 404
    over = published(by=proposal.author)
    assert client.get(f"/ressources/{over.pk}/apercus/").status_code == 302


def test_too_many_links_are_refused_on_the_page(monkeypatch):
    proposal = proposed()
    client = MemberClient()
    client.force_login(proposal.author)
    monkeypatch.setattr(previews, "MOST_OPEN", 0)
    refused = client.post(f"/ressources/{proposal.resource_id}/apercus/", {"label": "x", "days": 30, "sent": "s"})
    assert refused.status_code == 422
    assert "retirez-en un" in refused.content.decode()


def test_old_links_are_forgotten():
    link = made(now=NOW, days=7)
    previews.forget_old(NOW + timedelta(days=60))
    assert PreviewLink.objects.filter(pk=link.pk).exists()
    previews.forget_old(NOW + timedelta(days=100))
    assert not PreviewLink.objects.exists()
