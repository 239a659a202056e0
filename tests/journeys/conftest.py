"""The running site, the browser, and what a journey may ask of a page."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import find_chromium

ROOT = Path(__file__).resolve().parent.parent.parent
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"],
    }
}
# In milliseconds: what a page must show comes in a moment; a machine that does other things at once is no fault of the page.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one running site: they stay on one worker (tests/scheduling.py)."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)


@dataclass(frozen=True)
class Site:
    """The platform, running with its own data folder."""

    url: str
    var: Path

    def mails(self) -> list:
        """Mails kept, oldest first."""
        kept = sorted((self.var / "mails").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in kept if path.is_file()]

    def code_sent_to(self, address: str, *, seconds: float = 60) -> str:
        """The sign-in code of the last mail kept for this address, waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if address in str(mail["To"]):
                    text = mail.get_body(("plain",)).get_content()
                    if found := re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE):
                        return found.group(1)
            time.sleep(0.2)
        raise AssertionError(f"No code was sent to {address}.")

    def mail_sent_to(self, address: str, subject: re.Pattern, *, seconds: float = 60) -> str:
        """The text of the mail kept for this address under this subject, waited for: the worker sends it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if address in str(mail["To"]) and subject.search(str(mail["Subject"])):
                    return mail.get_body(("plain",)).get_content()
            time.sleep(0.2)
        raise AssertionError(f"No such mail was sent to {address}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, process: subprocess.Popen, seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "`alliage run` stopped by itself."
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} did not answer in {seconds} s.")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Start the platform as a newcomer does, once for all journeys.

    While writing journeys, JOURNEYS_SITE=http://localhost:8000 uses a site that already runs with ALLIAGE_VAR as its folder.
    """
    if running := os.environ.get("JOURNEYS_SITE"):
        yield Site(running, Path(os.environ.get("JOURNEYS_VAR", "var")))
        return
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="alliage-journeys-") as folder:
        var = Path(folder)
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("ALLIAGE_", "DJANGO_", "DATABASE_"))
            },
            "ALLIAGE_VAR": folder,
            "ALLIAGE_FETCH_LOCAL": "1",  # the outside directory of a journey is on this machine
            "PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "alliage.config.settings",
        }
        log = (var / "run.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "alliage", "run"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            _wait(f"http://localhost:{port}/direct/sante", process, 300)
            yield Site(f"http://localhost:{port}", var)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            log.close()
            print((var / "run.log").read_text()[-3000:])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed with the last journey: its event loop must not outlive it, other tests start their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield browser
        browser.close()


class Visit:
    """One person's browser on the site. Every page it meets must be clean: no error, no outside request, no CSP report."""

    def __init__(
        self, browser: Browser, site: Site, *, viewport: dict = DESKTOP, javascript: bool = True, dark: bool = False
    ) -> None:
        self.site = site
        self.context = browser.new_context(
            base_url=site.url,
            viewport=viewport,
            java_script_enabled=javascript,
            locale="fr-FR",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", self._watch)

    def _hear(self, message) -> None:
        # A line cut on purpose is no fault of the page; what a policy forbids is said in other words.
        cut = "Failed to load resource" in message.text or message.text.startswith("WebSocket connection to")
        if message.type == "error" and not cut:
            self.troubles.append(f"console: {message.text}")

    def _watch(self, request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self.troubles.append(f"outside request: {request.url}")

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def check_accessible(self) -> None:
        """axe with its WCAG 2.2 AA and RGAA rules finds nothing on the page as it stands."""
        results = Axe().run(self.page, options=AXE)
        lines = [
            f"{violation['id']}: {violation['help']} – {violation['nodes'][0]['html'][:160]}"
            for violation in results.response["violations"]
        ]
        assert lines == [], f"{self.page.url}: " + "\n".join(lines)

    def picture(self, name: str) -> None:
        """Keep the page as a picture of the guide, when pictures are asked for."""
        folder = os.environ.get("ALLIAGE_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))

    def close(self) -> None:
        self.context.close()
        assert self.troubles == []


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator:
    """`visit()` opens a browser on the site; each is checked when the journey ends."""
    opened: list[Visit] = []

    def open_one(**options) -> Visit:
        opened.append(Visit(browser, site, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
