"""A sheet names the kits that it is part of, a resource what it replaces: never what its reader may not read."""

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.queries import pointing
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.tests.test_review_pages import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def kit(*sheets, title="Un kit complet"):
    items = [{"title": f"Étape {rank}", "resource": each.pk} for rank, each in enumerate(sheets)]
    return published(kind="kit", sections={}, title=title, kit_items=[*items, {"title": "Sans fiche"}])


def test_a_sheet_says_of_which_kits_it_is_part(client):
    sheet, other = published(title="La fiche"), published(title="Une autre")
    made = kit(sheet, sheet)
    page = text_of(client.get(sheet.get_absolute_url()))
    assert f'Fait partie du kit : <a href="{made.get_absolute_url()}">Un kit complet</a>' in page.replace("\u00a0", " ")
    assert "Fait partie" not in text_of(client.get(other.get_absolute_url()))
    kit(sheet, title="Un second kit")
    pointing.forget()
    assert "Fait partie des kits" in text_of(client.get(sheet.get_absolute_url()))


def test_a_kit_that_was_withdrawn_is_not_named(client):
    sheet = published(title="La fiche")
    made = kit(sheet)
    assert pointing.at(sheet)
    resources.hide(made, by=None, now=NOW)
    assert pointing.at(sheet)  # what is kept is asked again by the page
    assert "Un kit complet" not in text_of(client.get(sheet.get_absolute_url()))


def test_what_replaces_names_what_it_replaces(client):
    old, new = published(title="L’ancienne"), published(title="La nouvelle")
    resources.make_obsolete(old, reason="Mieux existe.", replacement=new, by=None, now=NOW)
    page = text_of(client.get(new.get_absolute_url())).replace("\u00a0", " ")
    assert f'Remplace : <a href="{old.get_absolute_url()}">L’ancienne</a>' in page


def test_a_kit_just_published_or_what_was_just_replaced_is_named_at_once(django_capture_on_commit_callbacks):
    sheet, old = published(title="La fiche"), published(title="L’ancienne")
    assert pointing.at(sheet) == []
    with django_capture_on_commit_callbacks(execute=True):
        kit(sheet)
    assert [each.title for each in pointing.at(sheet)] == ["Un kit complet"]
    with django_capture_on_commit_callbacks(execute=True):
        resources.make_obsolete(old, reason="Mieux existe.", replacement=sheet, by=None, now=NOW)
    assert [(each.title, each.is_replaced) for each in pointing.at(sheet)] == [
        ("Un kit complet", False),
        ("L’ancienne", True),
    ]


def test_what_is_kept_is_read_once_for_all(django_assert_num_queries):
    sheet = published()
    kit(sheet)
    with django_assert_num_queries(1):
        assert len(pointing.at(sheet)) == len(pointing.at(sheet)) == 1


def test_every_page_of_the_library_has_a_way_in(client):
    page = text_of(client.get("/ressources/"))
    assert reverse("library:data") in page
    assert reverse("library:suggestions") not in page
    page = text_of(signed_in(MemberFactory()).get("/ressources/"))
    for route in ("library:mine", "library:recommendations", "library:suggestions"):
        assert reverse(route) in page


def test_the_level_of_proof_leads_to_the_questions_of_two_leviers():
    member = MemberFactory()
    proposal = proposed(by=member)
    address = reverse("library:edit", args=[proposal.resource_id])
    assert "/reperes/leviers/#" not in text_of(signed_in(member).get(address))
    call_command("load_taxonomy", verbosity=0)
    page = text_of(signed_in(member).get(address))
    for code in ("qualifier", "pertinence"):
        assert f'<a href="/reperes/leviers/#leviers-{code}">' in page
