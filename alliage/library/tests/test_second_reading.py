"""What a second reading of the library found: names nobody read, copies that outlive what they say, titles of what went."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import exports, metadata, packs
from alliage.library.models import Author, Proposal, Resource, Translation
from alliage.library.queries import alike
from alliage.library.queries import translations as translation_queries
from alliage.library.services import contributing, proposals, renewal, resources, reuse, reviews, translations
from alliage.library.services import help as help_services
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.library.tests.test_reviews import reader
from alliage.library.tests.test_translations import TEXT, live, page_of, written
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
SECRET = "canari"


# --- Translations --------------------------------------------------------------------------------------------------


def test_nobody_signs_a_published_translation_before_it_is_read_again(client):
    found = live()
    again = written(found, by=MemberFactory(), credit=SECRET)
    assert "Traduit par Jeanne" in text_of(client.get(page_of(found.resource)))
    translations.submit(again, by=again.translator, now=NOW)
    owner = signed_in(found.resource.owner)
    assert SECRET in text_of(owner.get(reverse("library:translation_review", args=[found.resource_id, "en"])))
    translations.publish(again, by=found.resource.owner, now=NOW)
    again.refresh_from_db()
    assert again.credit == SECRET
    assert again.text == TEXT


def test_who_leaves_takes_away_what_she_was_changing_in_a_published_translation():
    found, member = live(), MemberFactory()
    written(found, by=member, text=TEXT | {"title": SECRET}, credit=SECRET)
    translations.forget(member)
    kept = Translation.objects.get(pk=found.pk)
    assert (kept.translator, kept.state, kept.written) == (None, "published", TEXT)


def test_the_translator_of_what_names_nobody_is_not_named_unless_she_says_so():
    resource = published(by=MemberFactory(), hides_place=True)
    assert translations.begin(resource, "en", by=MemberFactory(name=SECRET), now=NOW).credit == ""


def test_of_what_is_withdrawn_translators_and_readers_find_not_even_the_title():
    resource, member = published(by=MemberFactory(), title=SECRET), MemberFactory()
    found = written(translations.begin(resource, "en", by=member, now=NOW))
    translations.submit(found, by=member, now=NOW)
    reuse.suggest(resource, "Un chiffre", by=member, now=NOW)
    resources.withdraw(resource, by=None, now=NOW)
    assert not translation_queries.waiting().exists()
    assert not translation_queries.mine(member).exists()
    page = text_of(signed_in(member).get(reverse("library:suggestions")))
    assert "Un chiffre" in page
    assert SECRET not in page


# --- Copies --------------------------------------------------------------------------------------------------------


def test_an_archive_that_is_kept_says_nothing_of_other_resources():
    original = published(by=MemberFactory())
    own = published(by=MemberFactory(), title=SECRET)
    reuse.tell_adaptation(original, reuse.Told("Plus court"), sent="one", by=own.owner, now=NOW, own=own)
    replaced = published(title="Dépassée")
    resources.make_obsolete(replaced, reason="La loi", replacement=own, by=None, now=NOW)
    out = io.BytesIO()
    packs.write(
        packs.Pack("Essai", "", "", [Resource.objects.get(pk=pk) for pk in (original.pk, replaced.pk)]), out, now=NOW
    )
    archive = zipfile.ZipFile(out)
    documents = [
        zipfile.ZipFile(io.BytesIO(archive.read(name))) for name in archive.namelist() if name.endswith(".docx")
    ]
    assert len(documents) == 2
    assert all(SECRET not in document.read("word/document.xml").decode() for document in documents)


def test_what_names_nobody_does_not_say_from_which_page_it_was_taken():
    hidden, named = published(hides_place=True), published()
    for resource in (hidden, named):
        resource.source_code, resource.external_id = "file:ville-de-canari", "https://canari.fr/atelier"
    assert SECRET not in str(exports.record(hidden))
    assert SECRET in str(exports.record(named))


def test_what_resembles_is_asked_again_once_a_resource_changes(django_capture_on_commit_callbacks):
    """Its neighbour may have ceased to name the territory that is said here."""
    resource = published()
    kept = [alike.Near(1, "Un atelier", "/", "pratique", f"même territoire ({SECRET})")]
    cache.set(alike.key_of(resource, (), 4), kept, alike.KEPT_SECONDS)
    assert alike.near(resource, viewer=AnonymousUser(), place=None, limit=4) == kept
    with django_capture_on_commit_callbacks(execute=True):
        resources.touched([resource.pk], now=NOW)
    assert alike.near(resource, viewer=AnonymousUser(), place=None, limit=4) == []


# --- What others say of themselves ---------------------------------------------------------------------------------


def test_half_a_character_of_a_hostile_page_breaks_no_card():
    page = '<script type="application/ld+json">{"headline": "Un \\ud800guide", "author": "Alix\\udfff"}</script>'
    found = metadata.of_page(page)
    assert (found.title, found.authors) == ("Un guide", ["Alix"])


def test_a_character_that_nobody_sees_does_not_silence_the_feeds(client):
    resource = published(by=MemberFactory(), title="Un ate\x08lier", summary="Trois\x01 communes")
    help_services.ask_help(resource, kind="relecture", text="Une\x01 relecture", by=resource.owner, now=timezone.now())
    for address in ("library:export", "library:help_export"):
        answer = client.get(reverse(address, args=["rss"]))
        assert answer.status_code == 200
        assert ElementTree.fromstring(answer.content).findall(".//item")


# --- Reviews -------------------------------------------------------------------------------------------------------


def test_what_its_author_withdrew_is_not_published_again_by_a_reviewer():
    author, reviewer = MemberFactory(), reader()
    resource = published(by=author)
    proposal = proposals.open_proposal(resource, by=author, now=NOW, content=resource.content)
    proposals.submit(proposal, by=author, now=NOW)
    reviews.take(proposal, by=reviewer, now=NOW)
    resources.withdraw(resource, by=author, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="retirée"):
        reviews.accept(proposal, by=reviewer, now=NOW)
    resource.refresh_from_db()
    assert resource.state == "withdrawn"


# --- Who leaves, who answers ---------------------------------------------------------------------------------------


def test_who_leaves_takes_away_the_next_version_that_nobody_read():
    member = MemberFactory()
    alone, together = published(by=member), published(by=member)
    Author.objects.create(resource=together, name="Jeanne", entry=CatalystFactory(owner=MemberFactory()))
    for resource in (alone, together):
        proposals.open_proposal(resource, by=member, now=NOW)
    contributing.forget(member)
    assert set(Proposal.objects.filter(state="draft").values_list("resource", flat=True)) == {together.pk}
    assert Resource.objects.filter(state="published").count() == 2


def test_an_animator_answers_what_is_said_inexact_of_a_resource_that_follows_a_bank():
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(source_code="source:3", external_id="12")
    doubt = renewal.say_doubt(resource, text="Un chiffre a changé", by=None, now=NOW)
    address = reverse("library:doubt_answer", args=[doubt.pk])
    assert signed_in(MemberFactory()).get(address).status_code == 404
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert "Écrire une nouvelle version" not in text_of(animator.get(address))
    answer = animator.post(address, {"state": "still_right", "answer": "Vérifié auprès de la banque"})
    assert answer["Location"] == reverse("library:renewal_desk")
    doubt.refresh_from_db()
    assert doubt.state == "still_right"


# --- Help ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["saved", "published"])
def test_help_that_names_a_territory_ends_once_the_territory_is_kept_quiet(way):
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = published(by=MemberFactory(), territories=["commune:97411"])
    named = _help(resource, kind="relecture", text="Une photo de Saint-Denis")
    other = _help(resource, kind="traduction", text="Traduire en créole")
    hidden = resource.content | {"hides_place": True}
    if way == "saved":
        proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
        proposals.write(proposal, hidden, token=proposal.token, by=resource.owner, now=NOW)
    else:
        proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW, content=hidden)
        resources.publish(proposal, by=None, now=NOW)
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.closed_at, other.closed_at) == (NOW, None)


def test_help_does_not_name_a_territory_once_the_next_version_was_given_up():
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = published(by=MemberFactory(), territories=["commune:97411"], hides_place=True)
    proposals.drop(proposals.open_proposal(resource, by=resource.owner, now=NOW), by=resource.owner, now=NOW)
    with pytest.raises(help_services.HelpRefused, match="Saint-Denis"):
        _help(resource, kind="relecture", text="Une photo de Saint-Denis")


def _help(resource, **said):
    return help_services.ask_help(resource, by=resource.owner, now=NOW, **said)
