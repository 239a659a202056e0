"""What the search finds of the directory, and for whom."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import services
from alliage.directory.enums import Visibility
from alliage.directory.models import Need
from alliage.directory.services import needs
from alliage.directory.tests.factories import CatalystFactory, MentionFactory, NeedFactory, OrganisationFactory
from alliage.search import queries
from alliage.search import services as search
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def titles(question: str, viewer=None, **parameters: str) -> list[str]:
    results = queries.search(queries.parse({"q": question, **parameters}), viewer or AnonymousUser())
    assert results.total == len(results.hits)
    return [hit.plain_title for hit in results.hits]


def test_an_entry_is_found_by_its_names_its_words_and_what_documents_say():
    one = OrganisationFactory(
        name="Le Rameau", other_names="L’arbre;La branche", presentation="Un texte sur les alliances"
    )
    MentionFactory(organisation=one, title="Mobilités", quote="Regards xylophones")
    search.rebuild()
    for question in ("rameau", "branche", "alliance", "mobilité", "xylophone"):
        assert titles(question) == ["Le Rameau"], question
        assert titles(question, sorte="organisations") == ["Le Rameau"]
        assert titles(question, sorte="catalyseurs") == []


def test_a_field_for_members_is_found_by_members_only():
    CatalystFactory(name="Camille", presentation="Un secret", presentation_visibility=Visibility.MEMBERS)
    search.rebuild()
    member = MemberFactory()
    assert (titles("secret"), titles("secret", member)) == ([], ["Camille"])
    assert (titles("camille"), titles("camille", member)) == (["Camille"], ["Camille"])


def test_an_entry_for_members_or_hidden_is_found_by_whom_it_is_for():
    OrganisationFactory(name="Canari réservé", visibility=Visibility.MEMBERS)
    OrganisationFactory(name="Canari masqué", is_hidden=True)
    OrganisationFactory(name="Canari de personne", visibility=Visibility.NOBODY)
    search.rebuild()
    assert titles("canari") == []
    assert titles("canari", MemberFactory()) == ["Canari réservé"]


def test_a_place_that_is_not_shown_is_not_searched():
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    commune = TerritoryFactory(kind=Kind.COMMUNE, code="42218", name="Quelquepart", region=region)
    snapshot.forget()
    shown = {"territory": commune, "place_precision": "seat"}
    OrganisationFactory(name="Ici", **shown)
    OrganisationFactory(name="Cachée", place_visibility=Visibility.NOBODY, **shown)
    search.rebuild()
    assert titles("quelquepart") == ["Ici"]
    assert titles("ici", territoire="region:84") == ["Ici"]
    assert titles("cachée", territoire="region:84") == []


def test_what_is_hidden_and_restored_leaves_and_comes_back():
    one = OrganisationFactory(name="Canari")
    search.rebuild()
    services.hide(one, by=None, now=NOW)
    assert titles("canari") == []
    search.follow()
    assert titles("canari") == []
    services.restore(one, by=None, now=NOW)
    search.follow()
    assert titles("canari") == ["Canari"]


def test_what_is_saved_is_found_by_its_new_words():
    one = services.save(OrganisationFactory.build(name="Ancien"), now=NOW)
    search.rebuild()
    one.name = "Nouveau"
    services.save(one, now=NOW)
    search.follow()
    assert (titles("ancien"), titles("nouveau")) == ([], ["Nouveau"])


# --- Needs, offers and calls -----------------------------------------------------------------------------------------


def test_a_need_is_found_by_its_words_its_place_its_name_and_what_it_is():
    loire = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    commune = TerritoryFactory(kind=Kind.COMMUNE, code="42218", name="Quelquepart", departement=loire)
    snapshot.forget()
    NeedFactory(
        title="Un local pour réparer", text="Soixante mètres carrés et un xylophone", territory=commune,
        entry=OrganisationFactory(name="Les Bricoleuses"), partnership=TermFactory(label="Mécénat"),
    )  # fmt: skip
    NeedFactory(
        title="Un broyeur", side="offre", entry=None, name="Zoé", email="z@exemple.fr", token_digest="z", seed="z"
    )
    search.rebuild()
    for question in ("réparer", "xylophone", "bricoleuses réparer", "quelquepart réparer", "mécénat"):
        assert titles(question, sorte="besoins") == ["Un local pour réparer"], question
    assert titles("xylophone", territoire="departement:42") == ["Un local pour réparer"]
    assert titles("broyeur zoé offre", MemberFactory()) == ["Un broyeur"]
    assert titles("exemple") == []


def test_only_what_is_public_of_needs_is_found():
    NeedFactory(title="Canari masqué", is_hidden=True)
    NeedFactory(title="Canari de personne", entry=OrganisationFactory(visibility=Visibility.NOBODY))
    NeedFactory(title="Canari des membres", entry=OrganisationFactory(visibility=Visibility.MEMBERS))
    NeedFactory(title="Canari d’une fiche masquée", entry=OrganisationFactory(is_hidden=True))
    NeedFactory(title="Canari en attente", state="draft", opened_at=None, expires_at=None)
    NeedFactory(title="Canari clos", state="closed")
    NeedFactory(title="Canari passé", opened_at=NOW - timedelta(days=91))
    search.rebuild()
    assert titles("canari", MemberFactory()) == []


def test_a_need_past_its_date_is_gone_at_once_before_anything_is_indexed_again():
    need = NeedFactory(title="Canari")
    search.rebuild()
    assert titles("canari") == ["Canari"]
    Need.objects.filter(pk=need.pk).update(opened_at=NOW - timedelta(days=2), expires_at=NOW - timedelta(days=1))
    assert titles("canari") == []


@pytest.mark.parametrize("gone", ["close", "hide", "erase", "expire", "forget", "entry"])
def test_a_need_that_ends_leaves_the_search_at_once_and_the_index_after(gone):
    member = MemberFactory()
    entry = OrganisationFactory()
    need = NeedFactory(title="Canari", entry=entry)
    if gone in {"erase", "forget"}:
        need = needs.post_without_account(
            needs.Said("offre", "lieu", "Canari seul"), name="J", email="j@exemple.fr", by=member, now=NOW
        )
        needs.confirm_need(need, now=NOW)
    search.rebuild()
    before = len(titles("canari"))
    {
        "close": lambda: needs.close_need(need, now=NOW),
        "hide": lambda: needs.hide_need(need, by=None, now=NOW),
        "erase": lambda: needs.erase_need(need, now=NOW),
        "expire": lambda: needs.tend_needs(NOW + timedelta(days=91)),
        "forget": lambda: needs.forget_member(member, now=NOW),
        "entry": lambda: services.hide(entry, by=None, now=NOW),
    }[gone]()
    assert len(titles("canari")) == before - 1
    assert search.follow() > 0
    assert len(titles("canari")) == before - 1
    if gone == "hide":
        needs.restore_need(need, by=None, now=NOW)
        search.follow()
        assert titles("canari") == ["Canari"]


def test_a_need_is_found_as_soon_as_it_is_posted_edited_or_prolonged():
    need = needs.post_need(needs.Said("besoin", "lieu", "Ancien"), OrganisationFactory(), by=None, now=NOW)
    search.rebuild()
    needs.edit_need(need, needs.Said("besoin", "lieu", "Nouveau"), now=NOW)
    search.follow()
    assert (titles("ancien"), titles("nouveau")) == ([], ["Nouveau"])
    needs.renew_need(need, now=NOW)
    search.follow()
    assert titles("nouveau") == ["Nouveau"]
