"""Collections: kept in one gesture, noted for oneself, shared by a link that is taken back; nobody else reads the notes."""

import io
import json
import zipfile

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import previews
from alliage.library.enums import Sharing
from alliage.library.models import Collection, CollectionItem
from alliage.library.queries import collections as queries
from alliage.library.queries import packs
from alliage.library.services import collections as services
from alliage.library.services import resources
from alliage.library.services.collections import Named
from alliage.library.services.kits import Typed, mark
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.moderation.registry import reportable

pytestmark = pytest.mark.django_db
SECRET = "canari"


@pytest.fixture
def owner():
    return MemberFactory()


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def made(owner, *titles, sharing=Sharing.PRIVATE, name="Nos repères", note=SECRET) -> Collection:
    """A collection that holds a resource for each title, each with a private note."""
    found = services.create(Named(name, "Pour commencer"), by=owner, now=NOW)
    for title in titles:
        item = services.keep(published(title=title), collection=found, by=owner, now=NOW)
        services.write_notes(found, {item.pk: Typed(note, mark(""))}, by=owner, now=NOW)
    services.share(found, sharing, by=owner, now=NOW)
    return found


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"name": ""}, id="no-name"),
        pytest.param({"sharing": "some"}, id="unknown-sharing"),
        pytest.param({"sharing": "link"}, id="a-link-without-a-secret"),
        pytest.param({"token_digest": "x"}, id="a-secret-without-a-link"),
        pytest.param({"name": "à GARDER"}, id="a-name-twice"),
        pytest.param({"is_default": True}, id="two-usual-ones"),
    ],
)
def test_the_database_refuses(owner, broken):
    services.default_of(owner, now=NOW)
    Collection.objects.filter(owner=owner).update(name="a garder" if "name" not in broken else "à garder")
    found = made(owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Collection.objects.filter(pk=found.pk).update(**broken)


def test_the_database_holds_a_resource_once(owner):
    item = made(owner, "Une").items.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionItem.objects.create(collection=item.collection, resource=item.resource)


# --- Keep ----------------------------------------------------------------------------------------------------------


def test_a_resource_is_kept_once_where_things_are_usually_kept(owner):
    resource = published()
    item = services.keep(resource, by=owner, now=NOW)
    assert services.keep(resource, by=owner, now=NOW) == item
    assert (item.collection.name, item.collection.is_default) == ("À garder", True)
    other = services.keep(published(), by=owner, now=NOW)
    assert (item.position, other.position) == (0, 1)
    services.let_go(item.collection, resource.pk, by=owner, now=NOW)
    assert not queries.keeps(owner, resource)


def test_a_collection_that_bears_the_usual_name_becomes_the_usual_one(owner):
    mine = Collection.objects.create(owner=owner, name="À garder")
    assert services.default_of(owner, now=NOW) == mine
    assert services.default_of(owner, now=NOW).is_default


def test_what_nobody_reads_is_not_kept_and_a_full_collection_says_so(owner, monkeypatch):
    withdrawn = published()
    resources.withdraw(withdrawn, by=None, now=NOW)
    withdrawn.refresh_from_db()
    with pytest.raises(services.CollectionRefused, match="plus publiée"):
        services.keep(withdrawn, by=owner, now=NOW)
    monkeypatch.setattr(services, "MOST_ITEMS", 0)
    with pytest.raises(services.CollectionRefused, match="pleine"):
        services.keep(published(), by=owner, now=NOW)


def test_a_name_makes_one_collection(owner, monkeypatch):
    first = services.create(Named(" Nos  repères "), by=owner, now=NOW)
    assert services.create(Named("nos repères"), by=owner, now=NOW) == first
    assert first.name == "Nos repères"
    with pytest.raises(services.CollectionRefused, match="nom"):
        services.create(Named("  "), by=owner, now=NOW)
    other = services.create(Named("Autre"), by=owner, now=NOW)
    with pytest.raises(services.CollectionRefused, match="Une autre"):
        services.rename(other, Named("Nos repères"), by=owner, now=NOW)
    services.rename(other, Named("Encore", "Pour tous"), by=owner, now=NOW)
    assert (other.name, other.text) == ("Encore", "Pour tous")
    monkeypatch.setattr(services, "MOST_COLLECTIONS", 2)
    with pytest.raises(services.CollectionRefused, match="beaucoup"):
        services.create(Named("Trop"), by=owner, now=NOW)


def test_a_resource_moves_one_place_at_a_time(owner):
    found = made(owner, "Une", "Deux", "Trois")
    one, two, three = found.items.all()

    def move(pk, *, up):
        services.move(found, pk, up, by=owner, now=NOW)
        return list(found.items.all())

    assert move(three.pk, up=True) == [one, three, two]
    assert move(one.pk, up=False) == [three, one, two]
    assert move(three.pk, up=True) == [three, one, two]
    assert move(two.pk, up=False) == [three, one, two]
    assert move(0, up=True) == [three, one, two]


def test_a_note_written_in_another_window_is_kept_too(owner):
    found = made(owner, "Une", note="")
    item = found.items.get()
    for text in ("D’un côté", "De l’autre"):
        services.write_notes(found, {item.pk: Typed(text, mark(""))}, by=owner, now=NOW)
    item.refresh_from_db()
    assert item.note == "De l’autre\n\nD’un côté"
    services.write_notes(found, {item.pk: Typed("Les deux", mark(item.note))}, by=owner, now=NOW)
    services.write_notes(found, {item.pk: Typed("Les deux", "")}, by=owner, now=NOW)
    item.refresh_from_db()
    assert item.note == "Les deux"


# --- Share ---------------------------------------------------------------------------------------------------------


def test_a_link_opens_until_it_is_taken_back(owner, client):
    found = made(owner, "Une", sharing=Sharing.LINK)
    address = queries.link_of(found)
    assert "Une" in text_of(client.get(address))
    services.share(found, Sharing.LINK, by=owner, now=NOW)
    assert queries.link_of(found) == address
    services.change_link(found, by=owner, now=NOW)
    assert client.get(address).status_code == 404
    assert "n’ouvre plus rien" in text_of(client.get(address))
    newer = queries.link_of(found)
    services.share(found, Sharing.PRIVATE, by=owner, now=NOW)
    assert client.get(newer).status_code == 404
    assert queries.link_of(found) == ""
    with pytest.raises(services.CollectionRefused):
        services.change_link(found, by=owner, now=NOW)
    with pytest.raises(services.CollectionRefused):
        services.share(found, "some", by=owner, now=NOW)


def test_notes_are_read_by_nobody_else(owner, client):
    public = made(owner, "Une", sharing=Sharing.PUBLIC)
    linked = made(owner, "Deux", sharing=Sharing.LINK, name="Par lien")
    private = made(owner, "Trois", name=f"Privée {SECRET}")
    token = previews.token_of(linked.seed)
    pages = [
        public.get_absolute_url(),
        *(f"{public.get_absolute_url().removesuffix('/')}.{extension}" for extension in ("csv", "json")),
        reverse("library:collection_zip", args=[public.pk]),
        reverse("library:collection_take", args=[public.pk]),
        reverse("library:collection_link", args=[token]),
        reverse("library:collection_link_take", args=[token]),
        reverse("library:collection_link_zip", args=[token]),
        *(reverse("library:collection_link_export", args=[token, extension]) for extension in ("csv", "json")),
        reverse("library:collections"),
        reverse("library:resource", args=[public.items.get().resource_id, public.items.get().resource.slug]),
    ]
    animator = signed_in(MemberFactory(role="administrator"))
    for page in pages:
        for reader in (client, animator):
            answer = reader.get(page)
            assert answer.status_code == 200, page
            assert SECRET not in said_in(answer), page
    for page in (
        private.get_absolute_url(),
        linked.get_absolute_url(),
        reverse("library:collection_zip", args=[private.pk]),
        reverse("library:collection_link", args=["inconnue"]),
        reverse("library:collection_link_zip", args=["inconnue"]),
    ):
        assert animator.get(page).status_code == 404, page
    for name, extra in (("my_collection", []), ("collection_settings", []), ("my_collection_export", ["json"])):
        assert animator.get(reverse(f"library:{name}", args=[private.pk, *extra])).status_code == 404
        assert animator.get(reverse(f"library:{name}", args=[public.pk, *extra])).status_code == 403


def said_in(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return archive.read("LISEZ-MOI.txt").decode()
    return content.decode()


def test_its_holder_takes_her_notes_away(owner):
    found = made(owner, "Une")
    client = signed_in(owner)
    answer = client.get(reverse("library:my_collection_export", args=[found.pk, "json"]))
    assert [row["note"] for row in json.loads(said_in(answer))["results"]] == [SECRET]
    assert SECRET in said_in(client.get(reverse("library:my_collection_export", args=[found.pk, "csv"])))
    assert SECRET in str(queries.export_of(owner))


def test_what_is_withdrawn_leaves_collections_but_not_the_note_of_its_holder(owner, client):
    found = made(owner, "Une titre discret", sharing=Sharing.PUBLIC)
    resources.withdraw(found.items.get().resource, by=None, now=NOW)
    assert "titre discret" not in text_of(client.get(found.get_absolute_url()))
    assert list(queries.public()) == []
    assert packs.of_collection(found).resources == []
    text = text_of(signed_in(owner).get(reverse("library:my_collection", args=[found.pk])))
    assert "titre discret" not in text
    assert SECRET in text


def test_what_the_moderation_hides_is_its_holder_s_alone(owner, client):
    found = made(owner, "Une", sharing=Sharing.PUBLIC)
    kind = reportable.get("library.collection")
    assert kind.can_see(None, found)
    assert kind.author(found) == owner
    assert kind.title(found) == "Nos repères"
    kind.hide(found, by=None, now=NOW)
    assert client.get(found.get_absolute_url()).status_code == 404
    assert "a masqué" in text_of(signed_in(owner).get(reverse("library:my_collection", args=[found.pk])))
    found.refresh_from_db()
    assert not kind.can_see(None, found)
    kind.restore(found, by=None, now=NOW)
    assert client.get(found.get_absolute_url()).status_code == 200


def test_a_public_collection_names_its_holder_when_everyone_reads_her_entry(owner, client):
    found = made(owner, "Une", sharing=Sharing.PUBLIC)
    assert queries.holder_of(found) is None
    entry = CatalystFactory(owner=owner, name="Alix Demo")
    assert "Réunie par" in text_of(client.get(found.get_absolute_url()))
    assert queries.holder_of(found).url == entry.get_absolute_url()
    assert client.get(f"/ressources/collections/{found.pk}-autre/")["Location"] == found.get_absolute_url()


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_how_to_keep_and_nothing_is_lost(client):
    resource = published()
    page = reverse("library:keep", args=[resource.pk])
    text = text_of(client.get(page))
    assert "Me connecter pour la garder" in text
    assert resource.permanent_url in text
    assert page in client.post(page)["Location"]
    assert f'href="{page}"' in text_of(client.get(resource.get_absolute_url()))


def test_one_gesture_keeps_and_the_page_says_it(owner):
    resource, client = published(), signed_in(owner)
    page = reverse("library:keep", args=[resource.pk])
    assert f'action="{page}"' in text_of(client.get(resource.get_absolute_url()))
    for _twice in range(2):
        assert client.post(page)["Location"] == resource.get_absolute_url()
    assert CollectionItem.objects.count() == 1
    text = text_of(client.get(resource.get_absolute_url()))
    assert "Gardée dans « À garder »" in text
    assert f'action="{page}"' not in text


def test_one_chooses_where_to_keep_and_takes_out(owner):
    resource, client = published(), signed_in(owner)
    page, found = reverse("library:keep", args=[resource.pk]), made(owner)
    client.post(page, {"collection": found.pk})
    assert "elle y est" in text_of(client.get(page))
    client.post(page, {"collection": found.pk, "let_go": "1"})
    assert not found.items.exists()
    client.post(page, {"new": "1", "name": "Toute neuve", "text": ""})
    assert Collection.objects.get(name="Toute neuve").items.count() == 1
    assert "Donnez un nom" in text_of(client.post(page, {"new": "1", "name": ""}, follow=True))
    foreign = made(MemberFactory())
    for number in (foreign.pk, "0", "x", "9" * 30):
        assert client.post(page, {"collection": number}).status_code == 404
    resources.hide(resource, by=None, now=NOW)
    assert client.get(page).status_code == 404
    assert signed_in(resource.owner).get(page).status_code == 404


def test_i_write_my_collection(owner):
    found, client = made(owner, "Une", "Deux", note=""), signed_in(owner)
    page = reverse("library:my_collection", args=[found.pk])
    one, two = found.items.all()
    typed = {f"note_{one.pk}": "Bien\0", f"was_{one.pk}": mark("")}
    answer = client.post(page, typed | {"act": f"down:{one.pk}"})
    assert answer["Location"] == f"{page}#gardee-{one.pk}"
    assert [item.note for item in found.items.all()] == ["", "Bien"]
    client.post(page, {"act": f"up:{one.pk}"})
    assert list(found.items.all()) == [one, two]
    client.post(page, {"act": f"drop:{two.pk}"})
    assert "Notes enregistrées" in text_of(client.post(page, {"act": "notes:"}, follow=True))
    assert list(found.items.all()) == [one]


def test_i_make_settle_and_throw_away(owner, monkeypatch):
    client = signed_in(owner)
    answer = client.post(reverse("library:my_collections"), {"name": "La mienne", "text": "Un mot"})
    found = Collection.objects.get()
    assert answer["Location"] == reverse("library:my_collection", args=[found.pk])
    page = reverse("library:collection_settings", args=[found.pk])
    client.post(page, {"act": "share", "sharing": "link"})
    found.refresh_from_db()
    link = queries.link_of(found)
    assert link in text_of(client.get(page))
    client.post(page, {"act": "link"})
    assert link not in text_of(client.get(page))
    client.post(page, {"act": "rename", "name": "Renommée", "text": ""})
    assert "Renommée" in text_of(client.get(reverse("library:my_collections")))
    made(owner)
    for refused in (
        {"act": "rename", "name": "Nos repères"},
        {"act": "rename", "name": ""},
        {"act": "share", "sharing": "x"},
    ):
        assert client.post(page, refused).status_code == 422
    client.post(page, {"act": "share", "sharing": "private"})
    assert "pas de lien secret" in text_of(client.post(page, {"act": "link"}))
    client.post(page, {"act": "remove"})
    assert not Collection.objects.filter(pk=found.pk).exists()
    monkeypatch.setattr(services, "MOST_COLLECTIONS", 0)
    answer = client.post(reverse("library:my_collections"), {"name": "Trop", "text": "Un mot"})
    assert answer.status_code == 422
    assert "Un mot" in text_of(answer)


def test_an_account_that_closes_takes_its_collections_with_it(owner):
    found = made(owner, "Une", sharing=Sharing.PUBLIC)
    assert list(queries.public()) == [found]
    services.forget_member(owner)
    assert not Collection.objects.exists()


def test_every_form_of_my_collections_is_protected(owner):
    """The test client checks no token: a form without one would be refused to everyone."""
    found, client = made(owner, "Une"), signed_in(owner)
    for page in (
        reverse("library:keep", args=[found.items.get().resource_id]),
        reverse("library:my_collections"),
        reverse("library:my_collection", args=[found.pk]),
        reverse("library:collection_settings", args=[found.pk]),
    ):
        main = text_of(client.get(page)).partition("<main")[2].partition("</main>")[0]
        assert main.count('method="post"') == main.count("csrfmiddlewaretoken") > 0, page
