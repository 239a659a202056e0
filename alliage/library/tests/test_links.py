"""Links are looked at in turn; those that died are told; nothing is asked of a private network."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import JobFactory
from alliage.library.models import Resource, ResourceLink
from alliage.library.queries import links as queries
from alliage.library.registers import exchange as register
from alliage.library.services import links, resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db

URL = "https://exemple.fr/guide"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: Any) -> None:
    monkeypatch.setattr(links, "SPACING", 0)


def cited(*urls: str, **more: Any) -> Resource:
    return published(links=[{"url": url, "label": ""} for url in urls or (URL,)], **more)


def carried_out(payload: dict[str, Any] | None = None, now: datetime = NOW) -> None:
    links.carry_out(JobContext(JobFactory()), payload or {}, clock=lambda: now)


@contextmanager
def site() -> Any:
    """A site that answers as its addresses say; it notes how it is asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer("HEAD")

        def do_GET(self) -> None:
            self.answer("GET")

        def answer(self, method: str) -> None:
            asked.append(f"{method} {self.path}")
            status = int(self.path.strip("/").split("/")[-1])
            if self.path.startswith("/no-head/"):
                status = 404 if method == "HEAD" else status
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/200")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


class TestLooking:
    @pytest.mark.parametrize(
        ("path", "status", "well"),
        [("/200", 200, True), ("/302", 200, True), ("/no-head/200", 200, True), ("/404", 404, False), ("/403", 403, True), ("/500", 500, False)],
        ids=["there", "moved", "does not know HEAD", "not found", "closed to robots", "broken"],
    )  # fmt: skip
    def test_what_a_site_answers(self, path: str, status: int, well: bool, settings: Any) -> None:
        settings.FETCH_LOCAL = True
        with site() as (address, asked):
            found = links.look(address + path)
        assert (found, links.answers(found)) == (status, well)
        assert asked[0].startswith("HEAD ")

    def test_nothing_is_asked_of_a_private_network(self) -> None:
        with site() as (address, asked):
            assert links.look(f"{address}/200") is None
        assert asked == []

    def test_what_is_asked_of_one_address_is_asked_once_for_all_its_resources(self, settings: Any) -> None:
        settings.FETCH_LOCAL = True
        with site() as (address, asked):
            cited(f"{address}/200")
            cited(f"{address}/200", title="Une autre")
            carried_out()
        assert asked == ["HEAD /200"]
        assert set(ResourceLink.objects.values_list("status", "checked_at")) == {(200, NOW)}

    def test_sites_take_turns(self) -> None:
        asked = links.in_turn(["https://a.fr/1", "https://www.a.fr/2", "https://b.fr/1", "https://a.fr/3"])
        assert asked == ["https://a.fr/1", "https://b.fr/1", "https://www.a.fr/2", "https://a.fr/3"]
        assert len(links.in_turn(f"https://a.fr/{number}" for number in range(100))) == links.MOST_PER_SITE

    def test_the_same_site_is_given_time(self, monkeypatch: Any) -> None:
        waits: list[float] = []
        monkeypatch.setattr(links, "SPACING", 30)
        monkeypatch.setattr(links.time, "sleep", waits.append)
        monkeypatch.setattr(links, "look", lambda _url: 200)
        cited("https://a.fr/1", "https://a.fr/2", "https://b.fr/1")
        carried_out()
        assert len(waits) == 1
        assert waits[0] > 1

    def test_a_turn_leaves_its_place_to_other_work(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(links, "LONGEST_TURN", -1)
        cited()
        carried_out()
        assert ResourceLink.objects.get().checked_at is None

    def test_when_nothing_answers_at_all_nothing_is_noted(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(links, "look", lambda _url: None)
        cited(*(f"https://site{number}.fr/" for number in range(links.ENOUGH_SITES)))
        carried_out()
        assert not ResourceLink.objects.exclude(checked_at=None).exists()
        carried_out({"url": "https://site1.fr/"})
        assert ResourceLink.objects.get(url="https://site1.fr/").failed_count == 1


class TestTurns:
    def test_each_link_comes_again_in_its_time(self) -> None:
        link = cited().links.get()
        assert queries.addresses(NOW) == [URL]
        links.note(URL, 200, now=NOW)
        assert queries.addresses(NOW + queries.EVERY) == []
        assert queries.addresses(NOW + queries.EVERY + timedelta(seconds=1)) == [URL]
        links.note(URL, 404, now=NOW)
        link.refresh_from_db()
        assert (link.failed_count, link.status) == (1, 404)
        assert queries.addresses(NOW + queries.FAILED_EVERY + timedelta(seconds=1)) == [URL]

    def test_only_what_readers_see_is_looked_at(self) -> None:
        proposed(links=[{"url": "https://exemple.fr/brouillon"}])
        withdrawn = cited("https://exemple.fr/retiree")
        resources.withdraw(withdrawn, by=None, now=NOW)
        hidden = cited("https://exemple.fr/masquee")
        resources.hide(hidden, by=None, now=NOW)
        Resource.objects.filter(pk=cited("https://exemple.fr/fictive").pk).update(is_demo=True)
        assert queries.addresses(NOW) == []
        links.ask_due(NOW)
        assert not Job.objects.filter(kind=links.JOB).exists()

    def test_the_turn_of_an_hour_is_asked_once(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(links, "look", lambda _url: None)
        cited()
        links.ask_due(NOW)
        links.ask_due(NOW)
        assert Job.objects.filter(kind=links.JOB).count() == 1


class TestDeadLinks:
    def fail(self, times: int) -> None:
        for number in range(times):
            links.note(URL, None, now=NOW + timedelta(days=3 * number))

    def test_who_holds_it_and_animators_are_told_once_it_failed_several_times(self) -> None:
        owner, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
        cited(by=owner)
        self.fail(2)
        assert not Notification.objects.exists()
        self.fail(1)
        assert set(Notification.objects.values_list("person", "kind")) == {
            (owner.pk, links.KIND),
            (animator.pk, links.DESK_KIND),
        }
        self.fail(2)
        assert Notification.objects.count() == 2

    def test_a_resource_that_nobody_holds_is_for_animators(self) -> None:
        animator = MemberFactory(role=Role.ANIMATOR)
        Resource.objects.filter(pk=cited().pk).update(owner=None)
        self.fail(3)
        assert list(Notification.objects.values_list("person", flat=True)) == [animator.pk]

    def test_an_answer_makes_it_live_again(self) -> None:
        cited()
        self.fail(3)
        assert queries.dead().count() == 1
        links.note(URL, 429, now=NOW)
        assert (queries.dead().count(), ResourceLink.objects.get().failed_count) == (0, 0)

    def test_what_is_told_leads_to_where_it_is_mended(self) -> None:
        link = cited().links.get()
        message = register.about_link(link, None)
        assert message.url == reverse("library:edit", args=[link.resource_id])
        assert URL in message.text
        assert register.about_link_for_the_desk(link, None).url == reverse("library:dead_links")

    def test_animators_see_them_and_ask_again(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(links, "look", lambda _url: 200)
        resource = cited()
        self.fail(3)
        client, page = MemberClient(), reverse("library:dead_links")
        client.force_login(MemberFactory(role=Role.ANIMATOR))
        shown = client.get(page).content.decode()
        assert resource.title in shown
        assert f"https://web.archive.org/web/{URL}" in shown
        assert 'href="https://web.archive.org' not in shown
        again = reverse("library:check_link", args=[resource.links.get().pk])
        assert client.post(again).status_code == 302
        assert client.post(again).status_code in (302, 404), "twice is once"
        assert "Tous les liens répondent" in client.get(page).content.decode()
        assert client.post(again).status_code == 404

    def test_others_do_not(self) -> None:
        client = MemberClient()
        client.force_login(MemberFactory(role=Role.FACILITATOR))
        assert client.get(reverse("library:dead_links")).status_code == 403
        assert client.post(reverse("library:check_link", args=[cited().links.get().pk])).status_code == 403
