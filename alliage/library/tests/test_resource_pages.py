"""A resource's page, its versions and its files: what readers see, and what they never see."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import exports, sheets
from alliage.library.models import Resource, ResourceLink
from alliage.library.queries import alike
from alliage.library.queries import help as help_queries
from alliage.library.queries import resources as queries
from alliage.library.services import help as help_services
from alliage.library.services import proposals, resources
from alliage.library.templatetags.library import file_size, laid_out
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.views.resources import _old_since
from alliage.search import services as search
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
SECRETS = ("Saint-Denis", "Nom Caché", "97411", "Source cachée")


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def again(resource: Resource, **more) -> Resource:
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    proposals.write(proposal, proposal.content | more, token=proposal.token, by=None, now=NOW)
    resources.publish(proposal, by=resource.owner, now=NOW)
    resource.refresh_from_db()
    return resource


def address(resource: Resource, extension: str) -> str:
    return f"{resource.get_absolute_url().removesuffix('/')}.{extension}"


def page(client, resource: Resource, query: str = "") -> str:
    answer = client.get(resource.get_absolute_url() + query)
    assert answer.status_code == 200
    return answer.content.decode()


def full(**more) -> Resource:
    call_command("load_taxonomy", verbosity=0)
    TerritoryFactory(kind=Kind.COMMUNE, code="97411", name="Saint-Denis", population=153_000)
    snapshot.forget()
    return published(
        **{
            "leviers": ["alliance"],
            "metiers": ["lieu"],
            "odd": ["17"],
            "regards": ["projets"],
            "audiences": ["association"],
            "medoc": "exemple",
            "proof": "teste",
            "proof_text": "Deux saisons suivies.",
            "context": {"size": "50000-200000", "density": "dense", "phase": "bilan", "actors": ["entreprise"]},
            "territories": ["commune:97411"],
            "links": [{"url": "https://exemple.fr/a", "label": "Le site"}],
            "conditions": [{"importance": "required", "text": "Un local"}],
            "source": "Un programme",
        }
        | more
    )


# --- The page ------------------------------------------------------------------------------------------------------


def test_a_page_says_what_it_is_on_what_it_rests_where_it_comes_from_and_how_to_cite_it(client):
    html = page(client, full())
    for said in (
        "Un atelier de réparation partagé", "Trois réunions, puis un local.", "preuve\u00a0: testé", "Deux saisons suivies.",
        "Saint-Denis", "Alix Demo", "Un programme", "?levier=alliance", "?odd=17", "?public=association", "?acteur=entreprise",
        "https://exemple.fr/a", "citation_title", "DC.identifier", "application/ld+json", ".bib", ".ris", ".docx",
        "En le reprenant, écrivez",
    ):  # fmt: skip
        assert said in html, said


def test_it_says_why_it_matters_in_the_territory_of_the_address(client):
    resource = full()
    assert "la ressource vient de ce territoire" in page(client, resource, "?territoire=commune:97411")
    assert "Pourquoi pour" not in page(client, resource, "?territoire=commune:00000%00")
    assert "Pourquoi pour" not in page(client, resource)


def test_a_page_costs_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    resource = full(authors=[{"name": "Alix", "entry": CatalystFactory(slug="alix").slug}])
    published(title="Un autre atelier de réparation partagé", leviers=["alliance"])
    search.rebuild()
    page(client, resource)
    with django_assert_max_num_queries(6):
        page(client, resource)


def test_everything_that_people_wrote_is_escaped(client):
    bad = "<script>alert(1)</script>"
    resource = published(
        title=f"Titre {bad}",
        summary=f'Résumé "{bad}',
        sections={"contexte": f"{bad}\n\n- {bad} https://exemple.fr/{bad}", "methode": "x"},
        proof_text=bad,
        source=bad,
        authors=[{"name": bad, "organisation": bad}],
        links=[{"url": "https://exemple.fr/?a=<b>", "label": bad}],
    )
    search.rebuild()
    version = reverse("library:version", args=[resource.pk, resource.slug, 1])
    for html in (
        page(client, resource),
        client.get(version).content.decode(),
        client.get("/ressources/").content.decode(),
    ):
        assert "<script>alert" not in html
        assert "</script>alert" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un\n\nDeux", "<p>Un</p><p>Deux</p>"),
        ("Un\nà la ligne", "<p>Un<br>à la ligne</p>"),
        ("- a\n- <b>", "<ul><li>a</li><li>&lt;b&gt;</li></ul>"),
        (
            "Voir https://exemple.fr/?a=1&b=2.",
            '<p>Voir <a href="https://exemple.fr/?a=1&amp;b=2" rel="nofollow">https://exemple.fr/?a=1&amp;b=2</a>.</p>',
        ),
        ("javascript://alert(1)", "<p>javascript://alert(1)</p>"),
        ("", ""),
    ],
    ids=["paragraphs", "line", "list", "address", "script-address", "empty"],
)
def test_plain_text_is_laid_out_without_markup(text, html):
    assert laid_out(text) == html


def test_sizes_are_written_as_people_read_them():
    assert [file_size(size) for size in (0, 340_400, 2_149_000)] == ["1\u00a0Ko", "340\u00a0Ko", "2,1\u00a0Mo"]


def test_authors_lead_to_an_entry_that_everyone_may_see_and_to_no_other(client):
    seen, hidden = CatalystFactory(slug="vu"), CatalystFactory(slug="cache")
    members = CatalystFactory(slug="entre-nous", visibility=Visibility.MEMBERS)
    type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
    slugs = [entry.slug for entry in (seen, hidden, members)]
    resource = published(
        authors=[{"name": f"Nom {slug}", "entry": slug} for slug in slugs], links=[{"url": "https://exemple.fr/"}]
    )
    html = page(client, resource)
    assert [f"/{slug}/" in html for slug in slugs] == [True, False, False]
    for extension in ("json", "bib"):
        said = client.get(address(resource, extension)).content.decode()
        assert "entre-nous" not in said.replace("Nom entre-nous", "")


def test_links_say_when_they_were_last_seen_to_answer(client):
    resource = published(
        links=[{"url": "https://exemple.fr/a"}, {"url": "https://exemple.fr/b"}, {"url": "https://exemple.fr/c"}]
    )
    ResourceLink.objects.filter(url__endswith="a").update(checked_at=NOW)
    ResourceLink.objects.filter(url__endswith="b").update(checked_at=NOW, failed_count=2)
    html = page(client, resource)
    assert "dernier contrôle le 26/11/2026" in html
    assert "ne répondait plus le 26/11/2026" in html
    assert queries.beside(published(links=[], authors=[{"name": "Alix"}])) == queries.Beside()


def test_a_page_in_another_language_says_so_to_screen_readers(client):
    html = page(client, published(language="ty", title="Fare"))
    assert 'lang="ty"' in html
    assert "Tahitien" in html


# --- Its state -----------------------------------------------------------------------------------------------------


def test_what_is_out_of_date_says_why_and_what_replaces_it(client):
    resource, other = published(), published(title="La suite")
    resources.ask_renewal(resource, by=None, now=NOW)
    assert "À actualiser" in page(client, resource)
    resources.make_obsolete(resource, reason="La loi a changé", replacement=other, by=None, now=NOW)
    html = page(client, resource)
    assert "La loi a changé" in html
    assert other.get_absolute_url() in html
    resources.withdraw(other, by=None, now=NOW)
    assert "La suite" not in page(client, resource)
    assert "La suite" not in json.dumps(client.get(address(resource, "json")).json())
    assert sheets.document(Resource.objects.get(pk=resource.pk)).blocks[0].text == "Dépassée\u00a0: La loi a changé"


def test_what_nobody_touched_for_a_year_says_so_unless_someone_said_it_is_still_right():
    resource = published()
    later = NOW + timedelta(days=400)
    assert _old_since(resource, NOW + timedelta(days=300)) is None
    assert _old_since(resource, later) == NOW
    resources.confirm(resource, by=None, now=NOW + timedelta(days=350))
    assert _old_since(resource, later) is None
    assert _old_since(resource, NOW + timedelta(days=800)) == NOW
    resources.ask_renewal(resource, by=None, now=later)
    assert _old_since(resource, later) is None


@pytest.mark.parametrize("how", ["draft", "withdrawn", "hidden"], ids=str)
def test_what_is_not_for_everyone_is_nowhere(client, member, how):
    resource = proposed(by=member).resource if how == "draft" else published(by=member)
    if how == "withdrawn":
        resources.withdraw(resource, by=None, now=NOW)
    if how == "hidden":
        resources.hide(resource, by=None, now=NOW)
    search.rebuild()
    addresses = [
        resource.get_absolute_url(),
        reverse("library:permanent", args=[resource.pk]),
        reverse("library:permanent_version", args=[resource.pk, 1]),
        reverse("library:version", args=[resource.pk, resource.slug, 1]),
        reverse("library:version_format", args=[resource.pk, resource.slug, 1, "ris"]),
        *(address(resource, extension) for extension in ("json", "pdf", "docx", "odt", "bib", "ris")),
    ]
    assert {client.get(each).status_code for each in addresses} == {404}
    for listed in ("/ressources/", "/ressources.csv", "/ressources.json", "/ressources.rss", "/ressources/?q=atelier"):
        answer = client.get(listed)
        assert resource.title not in answer.getvalue().decode()
    client.force_login(member)
    assert {client.get(each).status_code for each in addresses[4:]} == {404}
    expected = 404 if how == "draft" else 200
    answer = client.get(resource.get_absolute_url())
    assert answer.status_code == expected
    if expected == 200:
        html = answer.content.decode()
        assert "personne d’autre ne la voit" in html
        assert "noindex" in html
        assert "ld+json" not in html


def test_what_does_not_name_its_territory_names_nobody_in_any_format(client, member):
    resource = full(
        by=member,
        hides_place=True,
        authors=[{"name": "Nom Caché"}],
        source="Source cachée",
        odd=[],
        title="Un échec utile",
    )
    search.rebuild()
    client.force_login(member)
    pages = [
        page(client, resource),
        client.get(reverse("library:version", args=[resource.pk, resource.slug, 1])).content.decode(),
    ]
    client.logout()
    pages += [page(client, resource), client.get("/ressources/").content.decode()]
    pages += [client.get(f"/ressources.{each}").getvalue().decode() for each in ("csv", "json", "rss")]
    pages += [client.get(address(resource, each)).content.decode() for each in ("json", "bib", "ris")]
    pages.append(str(sheets.document(resource)))
    for said in pages:
        assert "Un échec utile" in said
        assert [secret for secret in SECRETS if secret in said] == []
    found = json.loads(client.get("/ressources.json?territoire=commune:97411").getvalue())
    assert found == {"count": 0, "results": []}
    assert "ne pas être nommé" in pages[0]


def test_the_help_that_it_seeks_is_on_its_page_while_everyone_reads_it(client, member):
    resource = published(by=member)
    wanted = help_services.ask_help(resource, kind="relecture", text="Relire les moyens", by=member, now=timezone.now())
    assert "Relire les moyens" in page(client, resource)
    assert help_queries.of_page(resource, timezone.now(), limit=4) == [wanted]
    resources.hide(resource, by=None, now=NOW)
    resource.refresh_from_db()
    assert help_queries.of_page(resource, timezone.now(), limit=4) == []


# --- Versions ------------------------------------------------------------------------------------------------------


def test_an_earlier_version_can_be_read_and_cited_and_says_that_it_is_not_the_last(client):
    resource = again(published(), title="Nouveau titre", sections={"contexte": "Neuf.", "methode": "Neuve."})
    first = client.get(reverse("library:version", args=[resource.pk, resource.slug, 1])).content.decode()
    assert "Ce n’est pas la dernière version" in first
    assert "Un bourg sans réparateur." in first
    assert f"/ressources/{resource.pk}/versions/1/" in first
    reference = reverse("library:version_format", args=[resource.pk, resource.slug, 1, "bib"])
    assert reference in first
    said = client.get(reference).content.decode()
    assert said.startswith(f"@misc{{alliage-{resource.pk}-v1")
    assert f"/ressources/{resource.pk}/versions/1/" in said
    last = client.get(reverse("library:version", args=[resource.pk, resource.slug, 2])).content.decode()
    assert "C’est la dernière version" in last
    assert f"/ressources/{resource.pk}/versions/2/" not in last


def test_addresses_that_people_cite_lead_to_the_page_of_today(client):
    resource = published()
    assert client.get(reverse("library:permanent", args=[resource.pk])).url == resource.get_absolute_url()
    cited = client.get(reverse("library:permanent_version", args=[resource.pk, 1]))
    assert cited.url == reverse("library:version", args=[resource.pk, resource.slug, 1])
    old = reverse("library:version", args=[resource.pk, "ancien-titre", 1])
    assert client.get(old).status_code == 301
    assert client.get(reverse("library:version", args=[resource.pk, resource.slug, 9])).status_code == 404
    assert client.get(reverse("library:permanent", args=[10**17])).status_code == 404


# --- Files ---------------------------------------------------------------------------------------------------------


def test_a_resource_is_taken_away_as_data_as_a_document_or_as_a_reference(client):
    resource = full()
    types = {
        extension: client.get(address(resource, extension))["Content-Type"].partition(";")[0]
        for extension in ("json", "pdf", "docx", "odt", "bib", "ris")
    }
    assert types == {
        "json": "application/json",
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt": "application/vnd.oasis.opendocument.text",
        "bib": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
    }
    answer = client.get(address(resource, "json"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Link"].endswith('rel="canonical"')
    assert answer.json() == json.loads(json.dumps(exports.record(resource), default=str)) | {
        name: answer.json()[name] for name in ("published_at", "edited_at", "confirmed_on", "renew_on")
    }
    renamed = address(resource, "json").replace("un-atelier", "ancien-titre")
    assert client.get(renamed).status_code == 200


def test_a_document_says_everything_that_the_page_says(client):
    resource = full()
    Resource.objects.filter(pk=resource.pk).update(is_demo=True)
    resource = again(
        resource,
        kind="kit",
        sections={"objectif": "Un but.", "deroulement": "- Un pas"},
        kit_items=[
            {"title": "Accueillir", "text": "Dire bonjour.", "minutes": "10", "role": "Hôte"},
            {"title": "Conclure"},
        ],
        authors=[
            {"name": "Alix Demo", "organisation": "Ville"},
            {"name": "Le Club", "organisation": "Le Club", "role": "traducteur"},
        ],
    )
    resources.ask_renewal(resource, by=None, now=NOW)
    made = client.get(address(resource, "pdf")).content
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())
    for said in (
        "fictive", "À actualiser", "Un but.", "1. Accueillir", "10 min · Hôte", "2. Conclure", "Un local", "Le site",
        "Alix Demo (Ville)", "Le Club", "Saint-Denis", "testé – Deux saisons suivies.", "Adresse permanente",
    ):  # fmt: skip
        assert said in text, said


def test_a_licence_without_a_page_and_a_replacement_are_in_the_document(client):
    resource, other = (
        published(licence="tous-droits-reserves", authors=[], hides_place=True),
        published(title="La suite"),
    )
    resources.make_obsolete(resource, reason="Une loi", replacement=other, by=None, now=NOW)
    said = str(sheets.document(Resource.objects.get(pk=resource.pk)))
    assert "Tous droits réservés" in said
    assert other.permanent_url in said


def test_only_what_was_published_is_exported():
    with pytest.raises(ValueError, match="never published"):
        exports.latest(proposed().resource)


# --- What is near --------------------------------------------------------------------------------------------------


def test_what_resembles_it_is_proposed_with_the_reason(client):
    resource = full()
    other = published(
        title="Un atelier de réparation mobile", leviers=["alliance"], territories=["commune:97411"],
        context={"size": "50000-200000", "density": "dense", "phase": "bilan"},
    )  # fmt: skip
    search.rebuild()
    html = page(client, resource, "?territoire=commune:97411")
    assert other.get_absolute_url() in html
    assert "parce que\u00a0: territoire de même taille" in html
    assert other.title in page(client, resource)
    resources.hide(other, by=None, now=NOW)
    for query in ("", "?territoire=commune:97411"):
        assert other.title not in page(client, resource, query)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("levier:alliance", "même levier (Alliance)"),
        ("levier:inconnu", ""),
        ("taille:<2000", "territoire de même taille (moins de 2\N{NARROW NO-BREAK SPACE}000 habitants)"),
        ("densite:rural", "même densité (rural)"),
        ("phase:bilan", "même moment (bilan)"),
        ("langue:fr", ""),
    ],
    ids=["levier", "unknown", "size", "density", "phase", "language"],
)
def test_reasons_are_said_in_words(code, words):
    call_command("load_taxonomy", verbosity=0)
    assert alike._facet(code).replace("\u202f", " ").replace("\xa0", " ") == words.replace("\u202f", " ").replace(
        "\xa0", " "
    )


def test_one_question_tells_links_authors_and_what_may_still_be_read(django_assert_num_queries):
    entry, other, hidden = CatalystFactory(slug="alix"), published(), published()
    resources.hide(hidden, by=None, now=NOW)
    resource = published(authors=[{"name": "Alix", "entry": "alix"}], links=[{"url": "https://exemple.fr/"}])
    resource.links.update(checked_at=NOW)
    with django_assert_num_queries(1):
        said = queries.beside(resource, [other.pk, hidden.pk])
    assert said.entries == {0: entry.get_absolute_url()}
    assert said.links == {"https://exemple.fr/": queries.Checked(NOW, answers=True)}
    assert said.shown == {other.pk}
    bare = published()
    with django_assert_num_queries(1):
        assert queries.beside(bare, [other.pk]).shown == {other.pk}


def test_nothing_is_near_while_the_index_is_being_made(client):
    assert "Ressources proches" not in page(client, published())
    assert alike._place("commune:inconnue") == ""
