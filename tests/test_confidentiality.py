"""What belongs to someone is seen by nobody else: planted texts are looked for in every page, export, feed and log."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import Page as EditorialPage

from alliage.accounts.enums import Role
from alliage.accounts.services.invitations import invite
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import MentionFactory, OrganisationFactory
from alliage.jobs.tests.factories import JobFactory
from alliage.moderation.tests.factories import DecisionFactory, ReportFactory
from alliage.notifications.tests.factories import NotificationFactory, OutgoingMailFactory
from alliage.taxonomy.models import NetworkList
from alliage.taxonomy.services import add_item
from alliage.website.models import HomePage, StandardPage
from tests.pages import PAGES
from tests.test_bad_input import body
from tests.world import VISITOR, World, build

CANARY = "canari"
# Lists longer than a page, and what narrows them towards the canary.
WIDER = (
    "/annuaire/?q=canari", "/annuaire.csv?q=canari", "/annuaire.json?q=canari", "/annuaire.rss?q=canari",
    "/annuaire.geojson?q=canari", "/territoires/suggestions.json?q=canari", "/territoires/?q=canari",
    "/annuaire/organisations/canari-cachee/", "/annuaire/organisations/canari-brouillon/", "/page-canari/",
    "/sitemap-territoires-commune.xml", "/demo/courriers/canari.eml/", "/media/original_images/canari.png",
)  # fmt: skip


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker) -> Iterator[tuple[World, dict[str, Any]]]:
    """A world where the canary is in everything that is not for everyone."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        yield world, plant(world)
        transaction.set_rollback(True)


def words(response: Any) -> str:
    """The text of an answer; of my own data, the file in the archive."""
    if response.headers.get("Content-Type") != "application/zip":
        return body(response)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return archive.read("mes-donnees.json").decode()


def plant(world: World) -> dict[str, Any]:
    now, administrator = timezone.now(), world.people["administrator"]
    victim = MemberFactory(email="canari@exemple.fr", name="Victime")
    invite("invitee-canari@exemple.fr", Role.MEMBER, by=administrator, now=now)
    decision = DecisionFactory(title="canari décidé", reason="canari", by_id=administrator.pk, author_id=victim.pk)
    report = ReportFactory(title="canari signalé", text="canari", reporter=victim, reporter_email="r-canari@exemple.fr")
    notification = NotificationFactory(person=victim, title="canari notifié")
    mail = OutgoingMailFactory(to="m-canari@exemple.fr", subject="canari", text="canari", state="failed")
    job = JobFactory(started_by_id=victim.pk, label="canari")
    hidden = OrganisationFactory(slug="canari-cachee", name="canari cachée", is_hidden=True)
    MentionFactory(organisation=hidden, quote="canari", title="canari")
    OrganisationFactory(slug="canari-brouillon", name="canari réservée", visibility=Visibility.MEMBERS, is_hidden=True)
    add_item(NetworkList.objects.earliest("pk"), label="canari", text="canari", by=administrator, now=now)
    home = EditorialPage.objects.get(pk=HomePage.objects.earliest("pk").pk)
    home.add_child(instance=StandardPage(title="canari", slug="page-canari", live=False))
    return {
        "victim": victim,
        "addresses": [
            f"/notifications/{notification.pk}/", f"/travaux/{job.pk}/", f"/moderation/decisions/{decision.pk}/",
            f"/moderation/signalements/{report.pk}/", f"/compte/membres/{victim.pk}/", f"/notifications/envois/{mail.pk}/",
        ],
        "acts": [
            f"/notifications/{notification.pk}/lue/", f"/travaux/{job.pk}/annuler/", f"/notifications/envois/{mail.pk}/",
            f"/moderation/signalements/{report.pk}/", f"/moderation/decisions/{decision.pk}/",
            f"/compte/membres/{victim.pk}/",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("role", [VISITOR, "member", "facilitator"])
def test_nobody_else_sees_what_is_not_for_them(planted, role: str, caplog, db):
    world, made = planted
    client = world.client(role)
    with caplog.at_level(logging.DEBUG):
        for path in [*(page.path.format(**world.ids) for page in PAGES if page.kind != "act"), *made["addresses"]]:
            assert CANARY not in words(client.get(path)), f"{role} reads it at {path}"
        for path in WIDER:
            # What was asked is repeated by the page: only what was planted counts.
            text = body(client.get(path))
            for planted_text in ("canari cachée", "canari réservée", "canari@", "canari décidé", "canari notifié"):
                assert planted_text not in text, f"{role} reads {planted_text} at {path}"
    assert "@exemple.fr" not in "".join(row.getMessage() for row in caplog.records if row.name != "django.db.backends")


@pytest.mark.parametrize("role", [VISITOR, "member", "facilitator"])
def test_nobody_else_touches_what_is_not_theirs(planted, role: str, db):
    world, made = planted
    client = world.client(role)
    for path in made["addresses"]:
        response = client.get(path)
        sent_to_sign_in = response.headers.get("Location", "").startswith("/compte/connexion/")
        assert response.status_code in {403, 404, 405} or sent_to_sign_in, f"{role} {path} {response.status_code}"
    for path in made["acts"]:
        response = client.post(path, {"act": "dismiss", "reason": "x", "role": "administrator", "acte": "renvoyer"})
        sent_to_sign_in = response.headers.get("Location", "").startswith("/compte/connexion/")
        assert response.status_code in {403, 404, 405} or sent_to_sign_in, f"{role} {path} {response.status_code}"
    made["victim"].refresh_from_db()
    assert made["victim"].role == Role.MEMBER


def test_an_animator_who_watches_mails_and_reports_sees_no_address_of_a_member(planted, db):
    world, made = planted
    client = world.client("animator")
    for path in ("/notifications/envois/", "/moderation/", "/moderation/signalements/", "/moderation/journal/",
                 "/moderation/journal.csv", "/travaux/", "/annuaire.json", made["addresses"][3]):  # fmt: skip
        text = body(client.get(path))
        for address in ("canari@exemple.fr", "m-canari@", "r-canari@"):
            assert address not in text, f"{address} at {path}"


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_what_is_drawn_for_one_person_stays_in_no_shared_cache(planted, role: str, db):
    world, _made = planted
    client = world.client(role)
    for page in PAGES:
        response = client.get(page.path.format(**world.ids))
        kept = response.headers.get("Cache-Control", "")
        if "html" in response.headers.get("Content-Type", "") and response.status_code == 200:
            assert "private" in kept or "no-store" in kept, f"{page.path}: {kept!r}"
            assert "Cookie" in response.headers["Vary"], page.path


def test_every_answer_bears_the_policy_and_cannot_be_framed_or_guessed(planted, db):
    world, _made = planted
    for page in PAGES:
        response = world.client(VISITOR).get(page.path.format(**world.ids))
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"], page.path
        assert response.headers["X-Content-Type-Options"] == "nosniff", page.path
        assert "Referrer-Policy" in response.headers, page.path


def views(resolver: URLResolver) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern):
            yield str(entry.pattern), entry.callback


def test_only_the_link_of_a_mail_acts_without_the_token_of_a_form():
    """The CMS' own API checks the token when it reads the session (REST framework's SessionAuthentication)."""
    exempt = [
        pattern
        for pattern, view in views(get_resolver())
        if getattr(view, "csrf_exempt", False) and not view.__module__.startswith("wagtail.")
    ]
    assert exempt == ["desinscription/<str:token>/"]


@pytest.mark.parametrize(
    "path",
    ["/%2Fgestion/", "/GESTION/", "/gestion//", "/./gestion/", "/%67estion/", "/gestion%2f", "/gestion/..%2f", "/x/../gestion/",
     "/moderation//", "/MODERATION/", "/imports;/", "/gestion/%2e%2e/gestion/", "/gestion\\"],
)  # fmt: skip
def test_no_way_of_writing_an_address_goes_around_the_second_factor(planted, path: str, db):
    world, _made = planted
    client = world.client(VISITOR)
    client.force_login(world.people["administrator"], proved=False)
    response = client.get(path)
    assert response.status_code in {301, 302, 404}
    if response.status_code == 302:
        assert response["Location"].startswith("/compte/deuxieme-preuve/demandee/")
    for override in ("PUT", "DELETE"):
        response = client.post("/gestion/", headers={"X-HTTP-Method-Override": override})
        assert response["Location"].startswith("/compte/deuxieme-preuve/demandee/")


def test_signing_in_changes_the_number_of_the_session(planted, db):
    world, _made = planted
    client = world.client(VISITOR)
    session = client.session
    session["mark"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/demo/devenir/", {"persona": ""})
    client.force_login(world.people["member"])
    assert client.session.session_key != before
