"""The exhibition of territories: proposed, shown, walked through, counted without following anybody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import OrganisationFactory
from alliage.events.enums import EventState, ItemKind
from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Event, Item, Panel, Sequence
from alliage.events.queries import exhibition as queries
from alliage.events.registers.exhibition import can_see, may_read_image
from alliage.events.services import panels as services
from alliage.events.services.panels import PanelRefused, Said
from alliage.events.tests.exhibited import PanelFactory, hung
from alliage.events.tests.factories import NOW, SOON, ItemFactory, rencontre, webinar
from alliage.files.models import StoredFile
from alliage.files.tests.factories import picture, upload
from alliage.notifications.models import Notification
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
SAID = Said("Un garage solidaire", "Trois communes et une association.")


def of(member) -> Client:
    client = MemberClient()
    client.force_login(member)
    return client


def proposed(event, by, said=SAID, **more) -> Panel:
    return services.propose(event, said, by=by, is_organiser=False, now=NOW, **more)


def pictured(**more) -> Said:
    said = {"title": "Un garage", "text": "Texte.", "alternative": "Un garage ouvert, trois vélos."}
    return Said(**(said | {"image": upload(picture(), "garage.png")} | more))


# --- Propose -------------------------------------------------------------------------------------------------------


def test_a_panel_waits_for_the_organisers_who_are_told():
    owner, friend, author = MemberFactory(), MemberFactory(), MemberFactory()
    day = rencontre(owner=owner)
    day.organisers.add(friend)
    panel = proposed(day, author)
    assert panel.state == PanelState.PROPOSED
    assert not panel.is_public
    told = Notification.objects.filter(kind=services.PROPOSED)
    assert {note.person for note in told} == {owner, friend}
    assert told[0].url == reverse("events:panels", args=[day.slug])


def test_what_an_organiser_hangs_is_shown_at_once_and_nobody_is_told():
    owner = MemberFactory()
    panel = services.propose(rencontre(owner=owner), SAID, by=owner, is_organiser=True, now=NOW)
    assert panel.is_public
    assert not Notification.objects.exists()


def test_the_same_panel_sent_twice_is_there_once():
    day, author = rencontre(), MemberFactory()
    assert proposed(day, author) == proposed(day, author)
    assert Panel.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said(" ", "Texte."), "Donnez un titre"),
        (Said("Titre", " "), "Dites ce que ce territoire"),
        (Said("Titre", "Texte.", image=SimpleUploadedFile("x.png", b"x")), "ce que montre l’image"),
    ],
)
def test_a_panel_that_says_too_little_is_refused(said, why):
    with pytest.raises(PanelRefused, match=why):
        proposed(rencontre(), MemberFactory(), said)
    assert not Panel.objects.exists()


def test_nobody_but_organisers_hangs_a_panel_after_the_day():
    day = rencontre()
    later = day.ends_at
    with pytest.raises(PanelRefused, match="est passée"):
        services.propose(day, SAID, by=MemberFactory(), is_organiser=False, now=later)
    assert services.propose(day, SAID, by=MemberFactory(), is_organiser=True, now=later).is_public


def test_a_cancelled_day_takes_no_panel():
    day = rencontre(state=EventState.CANCELLED)
    with pytest.raises(PanelRefused, match="annulée"):
        proposed(day, MemberFactory())


def test_one_member_proposes_ten_panels_at_most():
    day, author = rencontre(), MemberFactory()
    for rank in range(services.MOST_OF_ONE):
        proposed(day, author, Said(f"Panneau {rank}", "Texte."))
    with pytest.raises(PanelRefused, match="déjà proposé 10"):
        proposed(day, author)


# --- Images --------------------------------------------------------------------------------------------------------


def test_an_image_is_kept_said_in_words_replaced_and_erased_with_its_panel(django_capture_on_commit_callbacks):
    day, author = rencontre(), MemberFactory()
    panel = proposed(day, author, pictured(credit="La mairie"))
    first = panel.image
    assert (panel.alternative, panel.credit) == ("Un garage ouvert, trois vélos.", "La mairie")
    panel = services.write(panel, pictured(text="Autre texte."), by=author, now=NOW)
    assert panel.image != first
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    kept = services.write(panel, pictured(image=None), by=author, now=NOW)
    assert kept.image == panel.image
    bare = services.write(panel, pictured(image=None, removes_image=True), by=author, now=NOW)
    assert (bare.image, bare.alternative) == (None, "")
    panel = services.write(panel, pictured(), by=author, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw(panel, by=author, now=NOW)
        services.withdraw(panel, by=author, now=NOW)
    assert not StoredFile.objects.exists()


def test_an_image_that_was_stored_for_nothing_is_thrown_away(monkeypatch):
    thrown = []
    monkeypatch.setattr(services.files, "discard_content", thrown.append)
    monkeypatch.setattr(Panel, "save", lambda *_args, **_options: (_ for _ in ()).throw(IntegrityError("full")))
    with pytest.raises(IntegrityError):
        proposed(rencontre(), MemberFactory(), pictured())
    assert len(thrown) == 1
    with pytest.raises(IntegrityError):
        proposed(rencontre(slug="autre"), MemberFactory())
    assert len(thrown) == 1


def test_the_image_of_what_waits_is_read_by_its_author_and_the_organisers_alone():
    owner, author, other = MemberFactory(), MemberFactory(), MemberFactory()
    day = rencontre(owner=owner)
    panel = proposed(day, author, pictured())
    path = panel.image.get_absolute_url()
    assert of(author).get(path).status_code == 200
    assert of(owner).get(path).status_code == 200
    assert of(other).get(path).status_code == 404
    assert Client().get(path).status_code == 404
    services.decide(panel, PanelState.SHOWN, by=owner, now=NOW)
    assert Client().get(path).status_code == 200
    assert Client().get(panel.image.medium_url).status_code == 200
    services.hide(panel, by=None, now=NOW)
    assert Client().get(path).status_code == 404
    assert not may_read_image(other, StoredFile(pk="6f9619ff-8b86-4d01-b42d-00cf4fc964ff"))


# --- Decide, move, hide --------------------------------------------------------------------------------------------


def test_the_author_is_told_once_what_became_of_the_panel():
    owner, author = MemberFactory(), MemberFactory()
    panel = proposed(rencontre(owner=owner), author)
    services.decide(panel, PanelState.REFUSED, reason="Une image serait utile.", by=owner, now=NOW)
    refused = services.decide(panel, PanelState.REFUSED, by=owner, now=NOW)
    assert refused.reason == "Une image serait utile."
    told = Notification.objects.get(kind=services.DECIDED)
    assert (told.person, "pas retenu" in told.title) == (author, True)
    again = services.write(panel, SAID, by=author, now=NOW)
    assert (again.state, again.reason) == (PanelState.PROPOSED, "")
    services.decide(panel, PanelState.SHOWN, by=owner, now=SOON)
    assert Notification.objects.filter(kind=services.DECIDED, title__contains="est exposé").count() == 1
    with pytest.raises(PanelRefused, match="exposé, ou"):
        services.decide(panel, "brûlé", by=owner, now=NOW)


def test_an_organiser_who_decides_of_their_own_panel_is_not_told():
    owner = MemberFactory()
    panel = proposed(rencontre(owner=owner), owner)
    services.decide(panel, PanelState.SHOWN, by=owner, now=NOW)
    assert not Notification.objects.filter(kind=services.DECIDED).exists()


def test_what_is_gone_is_not_changed():
    panel = PanelFactory()
    Panel.objects.all().delete()
    with pytest.raises(PanelRefused, match="n’est plus là"):
        services.write(panel, SAID, by=MemberFactory(), now=NOW)


def test_panels_are_moved_one_place_at_a_time():
    day = rencontre()
    first, second, third = (hung(day, title=title) for title in ("Un", "Deux", "Trois"))
    waits = PanelFactory(event=day)
    services.move(third, -1, by=None, now=NOW)
    assert list(queries.shown(day)) == [first, third, second]
    services.move(first, -1, by=None, now=NOW)
    services.move(second, 1, by=None, now=NOW)
    services.move(waits, -1, by=None, now=NOW)
    assert list(queries.shown(day)) == [first, third, second]
    services.move(first, 1, by=None, now=NOW)
    assert list(queries.shown(day)) == [third, first, second]


def test_moderation_hides_a_panel_and_gives_it_back():
    panel = hung(rencontre())
    services.hide(panel, by=None, now=NOW)
    assert list(queries.shown(panel.event)) == []
    services.restore(panel, by=None, now=NOW)
    assert list(queries.shown(panel.event)) == [panel]


def test_whoever_leaves_takes_what_was_never_shown_and_leaves_the_rest_without_a_name():
    author, day = MemberFactory(), rencontre()
    shown = hung(day, author=author)
    proposed(day, author, pictured())
    assert [row["title"] for row in queries.export_of(author)] == [shown.title, "Un garage"]
    proposed(rencontre(slug="autre-jour"), author)
    services.forget_member(author)
    assert list(Panel.objects.values_list("pk", "author")) == [(shown.pk, None)]


@pytest.mark.parametrize("broken", [{"title": ""}, {"text": ""}, {"state": "x"}, {"decided_at": None}])
def test_the_database_refuses_a_panel_that_makes_no_sense(broken):
    panel = hung(rencontre())
    with pytest.raises(IntegrityError), transaction.atomic():
        Panel.objects.filter(pk=panel.pk).update(**broken)


def test_the_database_refuses_an_image_without_words():
    panel = proposed(rencontre(), MemberFactory(), pictured())
    with pytest.raises(IntegrityError), transaction.atomic():
        Panel.objects.filter(pk=panel.pk).update(alternative="")


# --- Walk through --------------------------------------------------------------------------------------------------


def test_one_walks_from_one_panel_to_the_next_and_back(client):
    day = rencontre()
    first, second, third = (hung(day, title=title) for title in ("Un", "Deux", "Trois"))
    walk = queries.walk(second)
    assert (walk.before, walk.after, walk.place, walk.count) == (first, third, 2, 3)
    page = client.get(second.get_absolute_url()).content.decode()
    assert f'rel="prev" href="{first.get_absolute_url()}"' in page
    assert f'rel="next" href="{third.get_absolute_url()}"' in page
    assert "Panneau 2 sur 3" in page
    assert queries.walk(first).before is None
    assert queries.walk(third).after is None
    assert queries.walk(PanelFactory(event=day)).place == 0


def test_the_list_says_when_the_day_keeps_a_moment_for_the_visit(client):
    day = rencontre()
    hung(day, territory=TerritoryFactory(name="Cayenne"))
    page = client.get(reverse("events:exhibition", args=[day.slug])).content.decode()
    assert "Cayenne" in page
    assert "La visite a son moment" not in page
    ItemFactory(sequence=Sequence.objects.get(event=day, rank=2), kind=ItemKind.EXHIBITION, rank=9)
    page = client.get(reverse("events:exhibition", args=[day.slug])).content.decode()
    assert "La visite a son moment" in page
    assert Item.objects.filter(kind=ItemKind.EXHIBITION).count() == 1


def test_an_empty_exhibition_invites_as_long_as_the_day_is_ahead(client):
    day = rencontre()
    page = client.get(reverse("events:exhibition", args=[day.slug])).content.decode()
    assert "Proposer le premier" in page
    past = rencontre(slug="passee")
    Event.objects.filter(pk=past.pk).update(starts_at=SOON.replace(year=2020), ends_at=SOON.replace(year=2020, hour=9))
    page = client.get(reverse("events:exhibition", args=[past.slug])).content.decode()
    assert "Aucun panneau" in page
    assert "Proposer" not in page


def test_one_writes_to_who_answers_through_the_directory_and_sees_no_address(client):
    entry = OrganisationFactory(name="Le garage", visibility="public")
    panel = hung(rencontre(), entry=entry, link="https://exemple.fr/garage")
    page = client.get(panel.get_absolute_url()).content.decode()
    assert f'href="{entry.get_absolute_url()}"' in page
    assert "@" not in page.split("<main")[1].split("</main")[0]
    entry.visibility = "members"
    entry.save()
    assert queries.contact_url(panel) == ""
    assert queries.contact_url(hung(panel.event)) == ""


def test_what_waits_exists_for_its_author_and_the_organisers_alone(client):
    owner, author = MemberFactory(), MemberFactory()
    panel = proposed(rencontre(owner=owner), author)
    path = panel.get_absolute_url()
    assert client.get(path).status_code == 404
    assert of(MemberFactory()).get(path).status_code == 404
    assert "attend l’organisation" in of(author).get(path).content.decode()
    assert of(owner).get(path).status_code == 200
    assert client.get(reverse("events:exhibition", args=[panel.event.slug])).content.decode().count("garage") == 0
    services.decide(panel, PanelState.REFUSED, by=owner, now=NOW)
    assert "n’est pas retenu" in of(author).get(path).content.decode()
    hung_one = hung(panel.event, author=author, is_hidden=True)
    assert "masqué par la modération" in of(author).get(hung_one.get_absolute_url()).content.decode()


def test_a_draft_hides_its_exhibition(client):
    panel = hung(rencontre(state=EventState.DRAFT))
    assert client.get(panel.get_absolute_url()).status_code == 404
    assert client.get(reverse("events:exhibition", args=[panel.event.slug])).status_code == 404
    assert not can_see(MemberFactory(), panel)


@pytest.mark.parametrize("count", [1, 40])
def test_pages_cost_the_same_whatever_the_number_of_panels(client, count, django_assert_max_num_queries):
    day = rencontre()
    panels = [hung(day, territory=TerritoryFactory(), entry=OrganisationFactory()) for _rank in range(count)]
    with django_assert_max_num_queries(6):
        page = client.get(reverse("events:exhibition", args=[day.slug]))
    assert len(page.content) < 100_000
    with django_assert_max_num_queries(6):
        client.get(panels[0].get_absolute_url())


# --- Visits --------------------------------------------------------------------------------------------------------

AGENT = "Mozilla/5.0 (Android 14; Mobile) Firefox/130"


def visits(panel) -> int:
    panel.refresh_from_db()
    return panel.visits


def test_a_visit_is_counted_once_a_session(client):
    day = rencontre()
    panel, other = hung(day), hung(day)
    for _time in range(3):
        client.get(panel.get_absolute_url(), headers={"User-Agent": AGENT})
    client.get(other.get_absolute_url(), headers={"User-Agent": AGENT})
    assert (visits(panel), visits(other)) == (1, 1)
    cookie = client.cookies["exposition"]
    assert cookie["path"] == f"/rencontres/{day.slug}/exposition/"
    assert not cookie["max-age"]
    Client().get(panel.get_absolute_url(), headers={"User-Agent": AGENT})
    assert visits(panel) == 2
    client.cookies["exposition"] = "1-2-3:forgé"
    client.get(panel.get_absolute_url(), headers={"User-Agent": AGENT})
    assert visits(panel) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; SomeBot/2.1)"},
        {"User-Agent": ""},
        {"User-Agent": AGENT, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_robots_and_pages_read_ahead_are_no_visit(client, headers):
    panel = hung(rencontre())
    answer = client.get(panel.get_absolute_url(), headers=headers)
    assert "exposition" not in answer.cookies
    assert visits(panel) == 0


def test_the_author_the_organisers_and_a_look_at_the_head_are_no_visit(client):
    owner, author = MemberFactory(), MemberFactory()
    panel = hung(rencontre(owner=owner), author=author)
    for who in (of(owner), of(author)):
        assert "0 visite" in who.get(panel.get_absolute_url(), headers={"User-Agent": AGENT}).content.decode()
    client.head(panel.get_absolute_url(), headers={"User-Agent": AGENT})
    assert visits(panel) == 0
    of(MemberFactory()).get(panel.get_absolute_url(), headers={"User-Agent": AGENT})
    assert visits(panel) == 1


# --- Forms ---------------------------------------------------------------------------------------------------------


def test_a_member_proposes_a_panel_then_changes_and_withdraws_it():
    author, day = MemberFactory(), rencontre()
    mine = OrganisationFactory(owner=author, visibility="public")
    client, path = of(author), reverse("events:panel_new", args=[day.slug])
    sent = {
        "title": "Un garage\0", "text": "Texte.", "entry": mine.pk, "alternative": "Un garage.",
        "image": upload(picture(), "garage.png"),
    }  # fmt: skip
    answer = client.post(path, sent)
    panel = Panel.objects.get()
    assert answer.url == panel.get_absolute_url()
    assert (panel.title, panel.entry, panel.author) == ("Un garage", mine, author)
    edit = reverse("events:panel_edit", args=[day.slug, panel.pk])
    assert "Enlever l’image" in client.get(edit).content.decode()
    assert (
        client.post(edit, {"title": "Deux garages", "text": "Texte.", "alternative": "Un garage."}).status_code == 302
    )
    panel.refresh_from_db()
    assert (panel.title, panel.image is not None) == ("Deux garages", True)
    assert of(MemberFactory()).get(edit).status_code == 404
    assert client.post(edit, {"act": "withdraw"}).status_code == 302
    assert not Panel.objects.exists()


def test_a_refused_form_comes_back_filled_with_the_reason():
    author, day = MemberFactory(), rencontre()
    client, path = of(author), reverse("events:panel_new", args=[day.slug])
    answer = client.post(path, {"title": "Un garage", "text": "Texte.", "image": upload(b"rien", "x.png")})
    assert answer.status_code == 422
    assert "Un garage" in answer.content.decode()
    answer = client.post(path, {"title": "Un garage", "text": "Texte.", "image": upload(picture(), "x.png")})
    assert (answer.status_code, "ce que montre l’image" in answer.content.decode()) == (422, True)
    panel = proposed(day, author)
    edit = reverse("events:panel_edit", args=[day.slug, panel.pk])
    answer = client.post(edit, {"title": " ", "text": "Texte gardé."})
    assert (answer.status_code, "Texte gardé." in answer.content.decode()) == (422, True)
    assert client.post(edit, {"title": "x", "text": "y", "image": upload(b"rien", "x.png")}).status_code == 422


def test_an_entry_that_is_kept_stays_offered_to_the_organiser_who_corrects():
    owner, author = MemberFactory(), MemberFactory()
    theirs = OrganisationFactory(owner=author, visibility="public", name="Le garage")
    panel = hung(rencontre(owner=owner), author=author, entry=theirs)
    edit = reverse("events:panel_edit", args=[panel.event.slug, panel.pk])
    assert "Le garage" in of(owner).get(edit).content.decode()
    of(owner).post(edit, {"title": "Titre", "text": "Texte.", "entry": theirs.pk})
    panel.refresh_from_db()
    assert panel.entry == theirs


def test_an_organiser_shows_refuses_and_orders():
    owner = MemberFactory()
    day = rencontre(owner=owner)
    panel, other = proposed(day, MemberFactory()), hung(day, rank=0)
    client, path = of(owner), reverse("events:panels", args=[day.slug])
    assert "Exposer" in client.get(path).content.decode()
    client.post(path, {"panel": panel.pk, "act": "shown"})
    assert list(queries.shown(day)) == [other, panel]
    client.post(path, {"panel": panel.pk, "act": "up"})
    assert list(queries.shown(day)) == [panel, other]
    client.post(path, {"panel": other.pk, "act": "refused", "reason": "x" * 500})
    assert list(queries.shown(day)) == [panel]
    assert "Non retenus" in client.get(path).content.decode()
    for wrong in ({"panel": "999"}, {"panel": "x"}, {"panel": panel.pk, "act": "brûlé"}):
        assert client.post(path, wrong, follow=True).status_code == 200
    assert of(MemberFactory()).get(path).status_code == 403
    services.write(panel, Said("Changé", "Depuis."), by=owner, now=SOON)
    assert "changé depuis votre accord" in client.get(path).content.decode()


def test_an_animator_organises_every_exhibition():
    day = rencontre()
    client = of(MemberFactory(role=Role.ANIMATOR))
    answer = client.post(
        reverse("events:panel_new", args=[day.slug]), {"title": "Titre", "text": "Texte."}, follow=True
    )
    assert "Le panneau est exposé." in answer.content.decode()


def test_the_door_counts_panels_on_a_rencontre_only():
    from django.template import Context, Template

    door = Template('{% include "events/_exhibition_door.html" %}')
    day = rencontre()
    assert "L’exposition des territoires" in door.render(Context({"event": day}))
    hung(day), hung(day)
    assert "2 panneaux" in door.render(Context({"event": day}))
    assert "exposition" not in door.render(Context({"event": webinar()}))


def test_someone_suspended_proposes_nothing(client):
    member = MemberFactory(is_active=False)
    path = reverse("events:panel_new", args=[rencontre().slug])
    client.force_login(member)
    assert client.get(path).status_code in (302, 403)
