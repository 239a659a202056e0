"""Blocks that keep themselves up to date, and figures that are never shown without what makes them checkable."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from alliage.directory.enums import Role, Visibility
from alliage.directory.tests.factories import MentionFactory, OrganisationFactory
from alliage.library.services import dump
from alliage.website import queries
from alliage.website.blocks.figures import LivingBlock, PublishedFigureBlock
from alliage.website.open_data import DATASETS
from alliage.website.tests.factories import make_standard

FIGURE = {"value": "62 %", "label": "disent oui", "source": "Enquête d’essai", "date": "mai 2026", "n": 412}
# For one place, one record, one screen, one organisation or animators only: not data sets.
NOT_DATASETS = {
    "directory:data", "directory:export_complete", "directory:supports_export", "directory:letters_merge", "territories:suggestions", "search:json", "moderation:log_csv",
    "imports:model", "imports:refused", "imports:report", "taxonomy:list_export", "accounts:data", "search:choose", "search:suggest", "library:format", "library:version_format",
    "library:kit_zip", "library:kit_run_format", "library:collection_export", "library:collection_zip", "library:collection_link_export",
    "library:collection_link_zip", "library:my_collection_export", "codev:calendar_feed", "codev:encounter_ics", "rooms:run_sheet_json", "codev:group_take",
    "writing:export", "questionnaires:table", "rooms:notes", "events:event_ics", "events:sequence_ics", "events:programme_data",
    "events:registration_ics", "events:my_programme_feed", "events:attendees_export", "events:planning_ics", "events:board_csv",
    "events:followup_csv", "events:specification_data", "questionnaires:barometer_data",
    "website:openapi", "learning:agenda_feed", "learning:path_json", "learning:path_badge", "learning:cohort_board_data",
}  # fmt: skip
FORMATS = re.compile(r"\.(csv|json|geojson|rss|xlsx|ics|zip)\b|P<extension>|^oai$")


@pytest.mark.parametrize("missing", ["value", "label", "source", "date", "n"])
def test_a_published_figure_without_source_date_or_number_of_answers_is_refused(missing):
    block = PublishedFigureBlock()
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python(FIGURE | {missing: None if missing == "n" else ""}))
    assert missing in refused.value.block_errors


@pytest.mark.parametrize("n", [0, -3])
def test_a_published_figure_is_answered_by_somebody(n):
    block = PublishedFigureBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python(FIGURE | {"n": n}))


def test_a_page_with_an_uncheckable_figure_cannot_be_published(site):
    page = make_standard(site, body=[("published_figure", FIGURE)])
    page.full_clean()
    page.body = [("published_figure", FIGURE | {"source": ""})]
    with pytest.raises(ValidationError):
        page.body.stream_block.clean(page.body)


def test_a_published_figure_always_shows_its_source_its_date_and_its_n(client, site):
    page = make_standard(site, body=[("published_figure", FIGURE | {"n": 1412})])
    text = client.get(page.get_url()).content.decode()
    for part in ("62 %", "disent oui", "Enquête d’essai", "mai 2026", "Nombre de réponses : 1 412"):
        assert part in text.replace("\u202f", " ").replace("\u00a0", " "), part


def test_partners_are_those_that_a_document_names_and_nothing_more(client, site, django_assert_max_num_queries):
    named = OrganisationFactory(name="Nommée")
    for title in ("Première séquence", "Seconde séquence", "Première séquence"):
        position = named.mentions.count()
        MentionFactory(organisation=named, role=Role.PARTNER, title=title, position=position)
    MentionFactory(organisation=OrganisationFactory(name="Témoin"), role=Role.WITNESS)
    hidden = OrganisationFactory(name="Cachée", visibility=Visibility.NOBODY)
    MentionFactory(organisation=hidden, role=Role.PARTNER)
    assert [(found.name, found.titles) for found in queries.partners()] == [
        ("Nommée", ["Première séquence", "Seconde séquence"])
    ]
    client.get("/partenaires/")
    with django_assert_max_num_queries(6):
        text = client.get("/partenaires/").content.decode()
    assert named.get_absolute_url() in text
    assert "Cachée" not in text


def test_without_partners_the_page_says_so(client, site):
    assert "Aucun partenaire" in client.get("/partenaires/").content.decode()


def test_the_press_page_shows_figures_and_the_sign_in_four_files(client, site):
    OrganisationFactory()
    text = client.get("/presse/").content.decode()
    assert "stat__value" in text
    for name in ("alliage.svg", "alliage.png", "alliage-une-couleur.svg", "alliage-une-couleur.png"):
        assert f'download="{name}"' in text


def exports(resolver: URLResolver, namespace: str = "") -> set[str]:
    """Names of the addresses that answer data."""
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace is None or not entry.namespace.startswith("wagtail"):
                found |= exports(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and FORMATS.search(str(entry.pattern).replace("\\", "")):
            found.add(f"{namespace}{entry.name}")
    return found


def test_the_open_data_page_lists_every_export(client, site):
    listed = {
        resolve(address.partition("?")[0]).view_name for dataset in DATASETS for _format, address in dataset.files
    }
    assert exports(get_resolver()) - NOT_DATASETS == listed
    text = client.get("/donnees-ouvertes/").content.decode()
    for dataset in DATASETS:
        assert str(dataset.licence), dataset.page
        for _format, address in dataset.files:
            assert f'href="{address}"' in text, address


@pytest.mark.parametrize("address", [address for dataset in DATASETS for _format, address in dataset.files])
def test_every_address_of_the_open_data_page_answers(client, site, address, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    dump.make(timezone.now())
    assert client.get(address).status_code == 200


def test_a_living_block_says_what_it_shows():
    with pytest.raises(NotImplementedError):
        LivingBlock().living()


def test_local_help_with_digital_tools_is_linked_as_an_outside_source(client, site):
    text = client.get("/aide-numerique/").content.decode()
    for part in ("https://pana-asso.org/", "https://lamednum.coop/", "sources extérieures"):
        assert part in text, part
