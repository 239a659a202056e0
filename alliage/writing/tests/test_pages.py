"""The pages of a document: who sees them, what they say, what is taken away; nothing typed is ever markup."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from docx import Document as Docx

from alliage.writing import presenting, queries, services
from alliage.writing.comparing import compare
from alliage.writing.models import Document, Version
from alliage.writing.registry import Purpose, Visit, Writer, purposes
from alliage.writing.services import versions
from alliage.writing.tests.factories import ALIX, NOW, essay
from alliage.writing.tests.peers import COOKIE
from alliage.writing.visits import visit_by

pytestmark = pytest.mark.django_db
ATTACK = '<script>alert(1)</script>\n# <img src=x onerror=alert(2)>\n- <b>gras</b> " onclick="alert(3)\n[ici](javascript:alert(4))'
TEXT = "# Ordre du jour\nAccueil,\ntour de table.\n\n### Suite\n- un\n* deux\n\n1. trois\n2) quatre\n#pas un titre"


def address(name, document, *more):
    return reverse(f"writing:{name}", args=[document.pk, *more])


def version_of(document, label="Avant"):
    return services.name_version(document, label, by=ALIX, now=NOW)


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


def test_the_text_is_read_without_a_script_with_its_authors(client):
    html = client.get(essay(TEXT).get_absolute_url()).content.decode()
    assert "<h2>Ordre du jour</h2>\n<p>Accueil,<br>tour de table.</p>" in html
    assert "<h4>Suite</h4>\n<ul><li>un</li><li>deux</li></ul>\n<ol><li>trois</li><li>quatre</li></ol>" in html
    assert "<p>#pas un titre</p>" in html
    assert "Écrit par Alix Démo." in html
    assert "data-writes" not in html
    assert "no-store" in client.get(essay(TEXT).get_absolute_url())["Cache-Control"]


def test_who_may_write_is_given_the_text_area(signed_in):
    html = signed_in.get(essay().get_absolute_url()).content.decode()
    assert "data-writes" in html
    assert "Rien n’est encore écrit." in html
    assert "Personne n’a encore écrit ici." in html
    assert 'maxlength="300000"' in html
    assert "data-confidential" in html


@pytest.mark.parametrize("extension", ["md", "html", "docx", "txt"])
def test_nothing_typed_is_markup_anywhere(signed_in, extension):
    document = essay(ATTACK, title="<script>titre</script>")
    version_of(document, "<script>nom</script>")
    services.write(document, ATTACK + "<i>", by=ALIX, now=NOW)
    kept = Version.objects.get()
    for page in (
        address("document", document), address("versions", document), address("version", document, kept.pk),
        address("settings", document), address("export", document, "html"),
    ):  # fmt: skip
        html = signed_in.get(page).content.decode()
        assert "alert(" in html or "nom" in html or "titre" in html
        for attack in (
            "<script>alert",
            "<script>titre",
            "<script>nom",
            "<img src=x",
            "<b>gras",
            "<i>",
            'href="javascript',
        ):
            assert attack not in html, page
    answer = signed_in.get(address("export", document, extension))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert extension in {"html", "docx"} or answer["Content-Type"].startswith("text/")


def test_a_text_is_taken_away_whole(signed_in):
    document = essay(TEXT)
    markdown = signed_in.get(address("export", document, "md")).content.decode()
    assert markdown == f"# Compte rendu\n\n{TEXT}\n\nÉcrit par Alix Démo.\n"
    assert signed_in.get(address("export", document, "txt")).content.decode().startswith("Compte rendu\n\n# Ordre")
    made = Docx(io.BytesIO(signed_in.get(address("export", document, "docx")).content))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert {"Compte rendu", "Ordre du jour", "deux", "Écrit par Alix Démo."} <= set(words)
    assert any("quatre" in each for each in words)
    assert signed_in.get(address("export", essay(), "txt")).content.decode() == "Compte rendu\n"
    assert signed_in.get(f"/ecrits/{document.pk}.pdf").status_code == 404


def test_a_document_of_others_does_not_exist(client, signed_in, member):
    document = essay("Secret", scope_id=0)
    version = version_of(document)
    pages = [
        address("document", document), address("export", document, "md"), address("versions", document),
        address("version", document, version.pk), address("settings", document),
    ]  # fmt: skip
    for page in pages:
        assert signed_in.get(page).status_code == 404
        assert signed_in.post(page).status_code in {404, 405}
    client.logout()
    gone = address("document", essay())
    Document.objects.filter(pk=gone.split("/")[2]).delete()
    for page in (*pages, gone):
        assert client.get(page)["Location"].startswith("/compte/connexion/")


def test_someone_without_an_account_is_known_by_a_cookie(client):
    document = essay("Bonjour")
    client.cookies[COOKIE] = "Dina"
    assert "data-writes" in client.get(document.get_absolute_url()).content.decode()
    answer = client.post(address("versions", document), {"label": "La mienne"})
    assert answer.status_code == 302
    assert Version.objects.get().writer_name == "Dina"


# --- Versions


def test_versions_are_named_listed_and_compared(signed_in, member):
    document = essay("Le texte d’hier\nreste")
    answer = signed_in.post(address("versions", document), {"label": "Hier"}, follow=True)
    assert "Version gardée." in answer.content.decode()
    version = Version.objects.get()
    assert "c’est le texte d’aujourd’hui" in signed_in.get(address("version", document, version.pk)).content.decode()
    services.write(document, "Le texte d’aujourd’hui\nreste", by=ALIX, now=NOW)
    html = signed_in.get(address("version", document, version.pk)).content.decode()
    assert "<del>d’hier\n</del><ins>d’aujourd’hui\n</ins>" in html.replace("&#x27;", "'")
    assert "Avaient écrit" in html
    signed_in.post(address("version", document, version.pk), {"act": "restore"})
    assert queries.text_of(document) == "Le texte d’hier\nreste"
    signed_in.post(address("version", document, version.pk), {"act": "remove"})
    assert not Version.objects.filter(pk=version.pk).exists()
    assert signed_in.get(address("version", document, version.pk)).status_code == 404


def test_a_version_kept_by_itself_is_shown_too(signed_in):
    document = essay("Texte")
    services.compact(document, now=NOW + timedelta(hours=1))
    version = Version.objects.get()
    assert "Gardée d’elle-même" in signed_in.get(address("versions", document)).content.decode()
    assert "gardée d’elle-même" in signed_in.get(address("version", document, version.pk)).content.decode()


def test_a_version_without_a_name_is_refused_and_the_form_comes_back(signed_in, monkeypatch):
    document = essay("Texte")
    assert signed_in.post(address("versions", document), {"label": ""}).status_code == 422
    monkeypatch.setattr(versions, "MOST_NAMED", 0)
    answer = signed_in.post(address("versions", document), {"label": "Trop"})
    assert answer.status_code == 422
    assert "Trop" in answer.content.decode()


def test_who_only_reads_names_nothing_and_goes_back_to_nothing(client):
    document = essay("Texte")
    version = version_of(document)
    client.cookies[COOKIE] = "lit-Caro"
    assert client.get(address("versions", document)).status_code == 200
    assert client.post(address("versions", document), {"label": "Non"}).status_code == 403
    assert client.post(address("version", document, version.pk), {"act": "restore"}).status_code == 403
    assert client.post(address("version", document, version.pk), {"act": "remove"}).status_code == 403
    assert client.get(address("settings", document)).status_code == 403


def test_going_back_in_a_text_closed_meanwhile_is_refused_with_its_reason(signed_in, monkeypatch):
    document = essay("Texte")
    version = version_of(document)
    services.write(document, "Autre", by=ALIX, now=NOW)

    def refused(*args, **more):
        raise services.Closed

    monkeypatch.setattr(services, "restore_version", refused)
    answer = signed_in.post(address("version", document, version.pk), {"act": "restore"}, follow=True)
    assert "Cet écrit est clos" in answer.content.decode()


# --- Settings


def test_who_manages_renames_closes_opens_again_and_erases(signed_in):
    document = essay("Texte")
    page = address("settings", document)
    assert signed_in.get(page).status_code == 200
    assert signed_in.post(page, {"act": "rename", "title": ""}).status_code == 422
    assert signed_in.post(page, {"act": "rename", "title": "Neuf"}).status_code == 302
    assert signed_in.post(page, {"act": "close"}).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.state) == ("Neuf", "closed")
    html = signed_in.get(document.get_absolute_url()).content.decode()
    assert "ne change plus" in html
    assert "data-writes" not in html
    assert "Rouvrir" in signed_in.get(page).content.decode()
    signed_in.post(page, {"act": "reopen"})
    signed_in.post(page, {"act": "autre"})
    document.refresh_from_db()
    assert document.is_open
    assert signed_in.post(page, {"act": "erase"}).status_code == 422
    assert signed_in.post(page, {"act": "erase", "sure": "on"})["Location"] == "/"
    assert not Document.objects.exists()


def test_a_setting_that_is_refused_says_why(signed_in, monkeypatch):
    document = essay("Texte")

    def refused(*args, **more):
        raise services.Gone

    monkeypatch.setattr(services, "close", refused)
    answer = signed_in.post(address("settings", document), {"act": "close"}, follow=True)
    assert "n’existe plus" in answer.content.decode()


def test_a_document_that_stands_nowhere_has_no_place_above(signed_in):
    code = "tests.writing.nowhere"
    if code not in purposes:
        purposes.add(
            Purpose(code, "Nulle part", lambda visit, scope_id: Writer("x", "X", can_write=True, can_manage=True))
        )
    document = services.create(purposes.get(code), 1, "Seul", by=None, now=NOW)
    assert signed_in.get(document.get_absolute_url()).status_code == 200
    assert signed_in.post(address("settings", document), {"act": "erase", "sure": "on"})["Location"] == "/"


# --- Inside another page, and costs


def test_a_document_is_shown_inside_any_page(rf, member):
    from django.contrib.auth.models import AnonymousUser
    from django.template import engines

    page = engines["django"].from_string('{% include "writing/_document.html" with document=document level=3 %}')
    request = rf.get("/")
    request.user = member
    html = page.render({"document": essay("# Titre")}, request)
    assert "<h3>Titre</h3>" in html
    assert "data-writes" in html
    request.user = AnonymousUser()
    assert page.render({"document": essay("Secret", scope_id=0)}, request).strip() == ""


def test_a_page_costs_the_same_whatever_was_written(client, django_assert_max_num_queries):
    document = essay("Texte")
    for turn in range(20):
        services.write(document, f"Texte {turn}", by=Writer(f"guest:{turn}", f"P{turn}", can_write=True), now=NOW)
        version_of(document, f"Version {turn}")
    client.cookies[COOKIE] = "Dina"
    for page in (address("document", document), address("versions", document)):
        client.get(page)
        with django_assert_max_num_queries(6):
            client.get(page)


def test_what_a_browser_keeps_is_named_by_document_and_person(member):
    from django.contrib.auth.models import AnonymousUser

    document = essay("a")
    names = {
        presenting.shown(each, visit).key
        for each in (document, essay("b"))
        for visit in (Visit(member), Visit(AnonymousUser(), {COOKIE: "Dina"}))
    }
    assert len(names) == 4
    assert all("Dina" not in name and str(member.pk) != name for name in names)


def test_a_role_that_is_not_proved_gives_nothing_to_the_live_process(client, animator):
    client.force_login(animator, proved=False)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    assert visit_by(cookies).member.lacks_second_factor
    client.force_login(animator)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    assert not visit_by(cookies).member.lacks_second_factor


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("a b c", "a x c", [("same", "a "), ("removed", "b "), ("added", "x "), ("same", "c")]),
        ("", "neuf", [("added", "neuf")]),
        ("un\ndeux", "un\n", [("same", "un\n"), ("removed", "deux")]),
        ("a", "a", [("same", "a")]),
    ],
    ids=["middle", "all", "end", "same"],
)
def test_what_changed_is_told_word_by_word(before, after, pieces):
    assert [(piece.op, piece.text) for piece in compare(before, after)] == pieces


def test_two_long_texts_are_compared_in_a_bounded_time():
    before, after = "mot " * 3000, "autre " * 3000
    assert [piece.op for piece in compare(before, after)] == ["removed", "added"]
    assert [piece.op for piece in compare(before, before)] == ["same"]
