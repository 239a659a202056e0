"""Translations: written beside the original, read by others before everyone, late when the original moves; no draft leaks."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.library import exports, sheets
from alliage.library.models import Resource, Translation
from alliage.library.oai_xml import dublin_core
from alliage.library.queries import translations as queries
from alliage.library.searchable import documents
from alliage.library.services import proposals, resources
from alliage.library.services import translations as services
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.library.tests.test_reviews import reader
from alliage.moderation.registry import queues, reportable
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
SECRET = "canari"
TEXT = {
    "title": "A shared repair shop",
    "summary": "Three towns.",
    "sections": {"contexte": "A town without a repairer."},
}


def begun(resource=None, *, by=None, language="en") -> Translation:
    return services.begin(resource or published(by=MemberFactory()), language, by=by or MemberFactory(), now=NOW)


def written(found=None, *, by=None, text=TEXT, credit="Jeanne", version=1) -> Translation:
    found = found or begun(by=by)
    return services.write(
        found, text, credit=credit, version=version, token=found.token, by=by or found.translator, now=NOW
    )


def submitted(**more) -> Translation:
    found = written(**more)
    return services.submit(found, by=found.translator, now=NOW)


def live(**more) -> Translation:
    found = submitted(**more)
    return services.publish(found, by=found.resource.owner, now=NOW)


def page_of(resource, language="en") -> str:
    return f"{Resource.objects.get(pk=resource.pk).get_absolute_url()}?langue={language}"


def edit_of(found) -> str:
    return reverse("library:translation_edit", args=[found.resource_id, found.language])


def review_of(found) -> str:
    return reverse("library:translation_review", args=[found.resource_id, found.language])


# --- Write ---------------------------------------------------------------------------------------------------------


def test_one_language_is_begun_once():
    resource, by = published(), MemberFactory()
    assert begun(resource, by=by) == begun(resource)
    for language in ("fr", "xx"):
        with pytest.raises(services.TranslationRefused, match="autre langue"):
            begun(resource, language=language)
    resources.withdraw(resource, by=None, now=NOW)
    resource.refresh_from_db()
    with pytest.raises(services.TranslationRefused, match="plus publiée"):
        begun(resource, language="es")


def test_two_beginnings_at_the_same_moment_make_one(monkeypatch):
    first = begun()
    seen = Translation.objects.filter
    asked = iter([Translation.objects.none()])
    monkeypatch.setattr(Translation.objects, "filter", lambda **more: next(asked, seen(**more)))
    assert begun(first.resource) == first


def test_only_what_the_original_has_is_kept_and_an_old_page_overwrites_nothing():
    found = begun()
    old = found.token
    raw = TEXT | {"title": " A \n title\0", "sections": {"contexte": "Here", "methode": " ", "inconnue": SECRET}}
    found = written(found, text=raw, credit=" Jeanne \0 B ", version=9)
    kept = {"title": "A title", "summary": "Three towns.", "sections": {"contexte": "Here"}}
    assert found.written == kept | {"credit": "Jeanne B"}
    assert (found.credit, found.written_version) == ("Jeanne B", 1)
    with pytest.raises(services.TranslationChanged) as refusal:
        services.write(found, TEXT, credit="", version=1, token=old, by=found.translator, now=NOW)
    assert refusal.value.token == found.token


def test_it_is_proposed_once_there_is_something_to_read():
    author = MemberFactory()
    found = begun(published(by=author))
    for text in ({}, {"title": "A"}, {"sections": {"contexte": "A"}}):
        found = written(found, text=text)
        with pytest.raises(services.TranslationRefused, match="au moins"):
            services.submit(found, by=found.translator, now=NOW)
    found = written(found)
    services.submit(found, by=found.translator, now=NOW)
    services.submit(found, by=found.translator, now=NOW)
    told = Notification.objects.get(person=author)
    assert TEXT["title"] not in told.title + told.text
    assert queues.get("library.translations").rows().count() == 1


def test_a_resource_that_nobody_holds_is_told_to_animators():
    animator = MemberFactory(role=Role.ANIMATOR)
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(owner=None)
    submitted(found=begun(Resource.objects.get(pk=resource.pk)))
    assert Notification.objects.filter(person=animator).count() == 1


# --- Publish -------------------------------------------------------------------------------------------------------


def test_everyone_reads_it_in_its_language_once_published(client):
    found = submitted()
    resource = found.resource
    assert "A town without a repairer" not in text_of(client.get(page_of(resource)))
    services.publish(found, by=resource.owner, now=NOW)
    services.publish(found, by=resource.owner, now=NOW)
    page = text_of(client.get(page_of(resource)))
    assert "A town without a repairer." in page
    assert '<h1 class="page-header__title">A shared repair shop</h1>' in page
    assert 'lang="en"' in page
    assert 'hreflang="fr"' in page
    assert "Traduit par Jeanne" in page
    assert "Pas encore traduit : Méthode" in page
    original = text_of(client.get(resource.get_absolute_url()))
    assert "Un bourg sans réparateur." in original
    assert 'hreflang="en"' in original
    assert Notification.objects.filter(person=found.translator, title__contains="publiée").count() == 1


def test_a_language_that_it_lacks_shows_the_original(client):
    resource = published()
    for language in ("en", "xx", "\0", "fr"):
        assert "Un bourg sans réparateur." in text_of(client.get(page_of(resource, language)))
    assert "hreflang" not in text_of(client.get(resource.get_absolute_url()))


def test_it_is_late_when_the_original_moves_and_says_what_changed(client):
    found = live()
    resource = found.resource
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    content = proposal.content | {"summary": "Quatre communes."}
    resources.publish(
        proposals.write(proposal, content, token=proposal.token, by=resource.owner, now=NOW), by=None, now=NOW
    )
    page = text_of(client.get(page_of(resource)))
    assert "Traduction en retard" in page
    assert "comparer/?de=1&amp;a=2" in page
    other = MemberFactory()
    assert "en retard" in text_of(signed_in(other).get(reverse("library:translate", args=[resource.pk])))
    assert "A town without a repairer." in text_of(signed_in(other).get(edit_of(found)))
    found.refresh_from_db()
    found = written(found, by=other, version=2, text=TEXT | {"summary": "Four towns."})
    assert (found.translator, found.text["summary"]) == (other, "Three towns.")
    services.publish(services.submit(found, by=other, now=NOW), by=resource.owner, now=NOW)
    page = text_of(client.get(page_of(resource)))
    assert "Four towns." in page
    assert "Traduction en retard" not in page


def test_a_word_goes_back_with_it_and_the_translator_is_told():
    found = submitted()
    with pytest.raises(services.TranslationRefused, match="mot"):
        services.send_back(found, word=" ", by=found.resource.owner, now=NOW)
    services.send_back(found, word=f"Le titre {SECRET}", by=found.resource.owner, now=NOW)
    with pytest.raises(services.TranslationRefused, match="changé"):
        services.send_back(found, word="encore", by=found.resource.owner, now=NOW)
    told = Notification.objects.get(person=found.translator)
    assert "reprendre" in told.title
    assert SECRET not in told.title + told.text
    assert SECRET in text_of(signed_in(found.translator).get(edit_of(found)))
    with pytest.raises(services.TranslationRefused, match="changé"):
        services.publish(found, by=found.resource.owner, now=NOW)


def test_the_author_who_translates_publishes_without_being_told():
    author = MemberFactory()
    found = submitted(found=begun(published(by=author), by=author), by=author)
    assert queries.can_publish(author, found)
    services.publish(found, by=author, now=NOW)
    again = submitted(found=begun(found.resource, by=author, language="es"), by=author)
    services.send_back(again, word="Mieux", by=author, now=NOW)
    assert not Notification.objects.filter(person=author, kind=services.MINE).exists()


def test_who_may_write_read_and_publish(rf):
    found = submitted()
    owner, translator, someone, reviewer = found.resource.owner, found.translator, MemberFactory(), reader()
    assert [queries.can_write(each, found) for each in (owner, translator, someone)] == [True, True, False]
    assert [queries.can_read(each, found) for each in (owner, translator, someone, reviewer)] == [
        True,
        True,
        False,
        True,
    ]
    assert [queries.can_publish(each, found) for each in (owner, translator, someone, reviewer)] == [
        True,
        False,
        False,
        True,
    ]
    mine = submitted(found=begun(by=reviewer), by=reviewer)
    assert not queries.can_publish(reviewer, mine)
    services.publish(found, by=owner, now=NOW)
    found.refresh_from_db()
    assert queries.can_write(someone, found)
    resources.withdraw(found.resource, by=None, now=NOW)
    found = Translation.objects.get(pk=found.pk)
    assert not queries.can_write(translator, found)
    assert not queries.can_publish(owner, found)


@pytest.mark.parametrize(
    "broken", [{"language": "xx"}, {"state": "x"}, {"state": "published"}, {"version": 1}], ids=["language", "state", "text", "version"]
)  # fmt: skip
def test_the_database_holds_the_rules_of_translations(broken):
    found = begun()
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.filter(pk=found.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(resource=found.resource, language=found.language, written_version=1)


# --- What leaks, what is found ---------------------------------------------------------------------------------------


def test_a_text_on_its_way_is_read_by_nobody_else(client):
    found = written(text=TEXT | {"title": SECRET, "summary": SECRET, "sections": {"contexte": SECRET}}, credit=SECRET)
    resource = found.resource
    for person in (MemberFactory(), reader()):
        browser = signed_in(person)
        for address in (
            page_of(resource),
            reverse("library:translate", args=[resource.pk]),
            edit_of(found),
            review_of(found),
        ):
            assert SECRET not in text_of(browser.get(address))
        assert browser.get(edit_of(found)).status_code == 403
    assert SECRET not in text_of(client.get(page_of(resource)))
    assert not any(SECRET in document.body for document in documents([resource.pk]))


def test_what_is_published_is_found_by_its_words_and_hidden_by_moderation(client):
    found = live()
    resource = Resource.objects.get(pk=found.resource_id)
    [document] = documents([resource.pk])
    assert "A town without a repairer." in document.body
    assert "langue:en" in document.facets
    kind = reportable.get("library.translation")
    assert kind.can_see(None, found)
    assert (kind.title(found), kind.author(found)) == (resource.title, found.translator)
    services.hide_translation(found, by=None, now=NOW)
    assert "A town without" not in text_of(client.get(page_of(resource)))
    assert not any("A town" in each.body for each in documents([resource.pk]))
    assert Resource.objects.get(pk=resource.pk).translated == []
    Resource.objects.filter(pk=resource.pk).update(translated=["en"])
    assert "A town without" not in text_of(client.get(page_of(resource)))
    services.restore_translation(found, by=None, now=NOW)
    assert "A town without" in text_of(client.get(page_of(resource)))


def test_a_member_takes_away_what_nobody_reads_yet_and_leaves_the_rest_without_name():
    member = MemberFactory()
    kept, gone = live(found=begun(published(by=MemberFactory()), by=member), by=member), begun(by=member)
    assert [each["language"] for each in services.export_of(member)] == ["en", "en"]
    services.forget(member)
    kept.refresh_from_db()
    assert (kept.translator, kept.credit) == (None, "")
    assert not Translation.objects.filter(pk=gone.pk).exists()
    assert str(kept) == f"traduction {kept.pk}"


def test_what_its_translator_left_is_settled_without_telling_anybody():
    found = submitted()
    Translation.objects.filter(pk=found.pk).update(translator=None)
    services.send_back(found, word="À reprendre", by=found.resource.owner, now=NOW)
    assert queries.can_write(MemberFactory(), found)
    services.submit(written(found, by=MemberFactory()), by=None, now=NOW)
    Translation.objects.filter(pk=found.pk).update(translator=None)
    services.publish(found, by=found.resource.owner, now=NOW)
    assert not Notification.objects.filter(kind=services.MINE).exists()


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_a_language_is_chosen_the_text_kept_unfinished_then_proposed():
    resource, by = published(by=MemberFactory()), MemberFactory(name="Jeanne")
    browser, address = signed_in(by), reverse("library:translate", args=[resource.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"language": "fr"}).status_code == 422
    edit = browser.post(address, {"language": "en"}).url
    page = text_of(browser.get(edit))
    assert "Un bourg sans réparateur." in page
    found = Translation.objects.get()
    typed = {"token": found.token, "version": "1", "title": "A shop", "credit": "Jeanne", "act": "keep"}
    assert browser.post(edit, typed).status_code == 302
    found.refresh_from_db()
    assert browser.post(edit, typed | {"act": "submit", "title": "Another"}).status_code == 422
    assert "Another" in text_of(browser.post(edit, typed | {"title": "Another"}))
    page = browser.post(edit, typed | {"token": found.token, "act": "submit", "version": "x"})
    assert page.status_code == 422
    assert "au moins le titre" in text_of(page)
    found.refresh_from_db()
    page = browser.post(edit, typed | {"token": found.token, "act": "submit", "s_contexte": "Here"})
    assert page.url == address
    assert "attend une relecture" in text_of(browser.get(address))
    assert "A shop" in text_of(browser.get(review_of(found)))
    assert resource.title in text_of(browser.get("/mon-espace/"))


def test_the_author_reads_it_beside_the_original_and_publishes_or_sends_back():
    found = submitted()
    author = signed_in(found.resource.owner)
    page = text_of(author.get(review_of(found)))
    assert "Publier cette traduction" in page
    assert "Pas encore traduit." in page
    assert author.post(review_of(found), {"act": "back", "word": ""}).status_code == 422
    assert author.post(review_of(found), {"act": "back", "word": "Le titre"}).status_code == 302
    assert author.post(review_of(found), {"act": "publish"}).status_code == 403
    found.refresh_from_db()
    found = submitted(found=found)
    assert signed_in(found.translator).post(review_of(found), {"act": "publish"}).status_code == 403
    assert author.post(review_of(found), {"act": "publish"}).url.endswith("?langue=en")
    assert "Relire" not in text_of(author.get(reverse("library:translate", args=[found.resource_id])))


def test_what_nobody_translates_or_reads_does_not_exist():
    resource, browser = published(), signed_in(MemberFactory())
    assert browser.get(reverse("library:translation_edit", args=[resource.pk, "en"])).status_code == 404
    assert browser.get(reverse("library:translation_queue")).status_code == 403


def test_a_translation_is_cited_and_taken_away_in_its_language(client):
    found = live()
    resource = Resource.objects.get(pk=found.resource_id)
    page = text_of(client.get(page_of(resource)))
    assert "A shared repair shop. Pratique" in page
    assert "Traduction : Jeanne." in page.replace("\u00a0", " ")
    for extension in ("pdf", "docx", "odt", "bib", "ris"):
        address = f"{resource.get_absolute_url().removesuffix('/')}.{extension}?langue=en"
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    reference = client.get(address).content.decode()
    assert "TI  - A shared repair shop" in reference
    assert "A4  - Jeanne" in reference
    assert "LA  - en" in reference
    assert f"UR  - {resource.permanent_url}?langue=en" in reference
    assert "A town without a repairer." in str(sheets.document(resource, found).blocks)
    original = client.get(address.replace("?langue=en", "?langue=es")).content.decode()
    assert f"TI  - {resource.title}" in original


def test_the_address_that_is_cited_leads_to_the_language_that_was_read(client):
    resource = Resource.objects.get(pk=live().resource_id)
    permanent = reverse("library:permanent", args=[resource.pk])
    assert client.get(f"{permanent}?langue=en").url == page_of(resource)
    for other in ("", "?langue=xx", "?langue=//exemple.fr"):
        assert client.get(permanent + other).url == resource.get_absolute_url()


def test_data_name_the_languages_of_a_resource(settings):
    resource = Resource.objects.get(pk=live().resource_id)
    address = f"{settings.ORIGIN}{page_of(resource)}"
    record = exports.record(resource)
    assert record["translations"] == [{"language": "en", "url": address}]
    assert dict(zip(exports.COLUMNS, exports.row(record), strict=True))["translations"] == "en"
    assert ("relation", address) in list(dublin_core(resource))
