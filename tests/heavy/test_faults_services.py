"""The cache stops, the mail server refuses, hangs or dies, the disk is full: the site answers, nothing is lost nor sent twice."""

import os
import shutil
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alliage.formats.mail import Mail
from alliage.notifications.enums import MailState
from alliage.notifications.models import OutgoingMail
from alliage.notifications.services import queue_mail, send_waiting
from tests.heavy.platform import TEXT, Browser, free_port, platform, report_page, send_report, wait_for

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


# --- The cache --------------------------------------------------------------------------------------------------------


def _redis(port: int, folder: Path) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""], **quiet
    )


def _slowest(browser: Browser) -> float:
    times = []
    for address in (
        "/",
        "/annuaire/",
        "/territoires/commune/42218/",
        "/territoires/suggestions.json?q=saint",
        "/compte/connexion/",
    ):
        started = time.monotonic()
        assert browser.get(address).status_code == 200, address
        times.append(time.monotonic() - started)
    return max(times)


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="Il n’y a pas de Redis sur cette machine.")
def test_redis_stopped_in_mid_flight(prepared: Path, tmp_path: Path) -> None:
    port = free_port()
    server = _redis(port, tmp_path)
    try:
        with platform(prepared, tmp_path, REDIS_URL=f"redis://127.0.0.1:{port}/0") as site:
            browser = Browser(site)
            page = report_page(browser)
            usual = _slowest(browser)
            server.kill()
            server.wait()
            slowest = _slowest(browser)
            print(f"\nredis away: slowest page {slowest:.1f} s, {usual:.1f} s before", end="", flush=True)
            assert slowest < 3 * usual + 3
            assert send_report(browser, page).status_code == 200
            server = _redis(port, tmp_path)
            time.sleep(6)
            assert browser.get("/annuaire/").status_code == 200
            assert site.sql("SELECT text FROM moderation_report") == [(TEXT,)]
    finally:
        server.kill()
        server.wait()


# --- The mail server --------------------------------------------------------------------------------------------------


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server whose mood is chosen: well, later, never, silent, hangs_up (it takes the mail, and never says so)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mood, self.taken = "well", []  # type: ignore[var-annotated]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        if self.server.mood == "silent":
            time.sleep(4)
            return
        self.say("220 essai")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("DATA"):
                if not self._data():
                    return
            elif word.startswith("RCPT") and self.server.mood in {"later", "never"}:
                self.say("451 plus tard" if self.server.mood == "later" else "550 inconnu")
            elif word.startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _data(self) -> bool:
        self.say("354 go")
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        self.server.taken.append("".join(lines))
        if self.server.mood == "hangs_up":
            return False
        self.say("250 pris")
        return True


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    one = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = one.server_address
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    yield one
    one.shutdown()
    one.server_close()


def _queued(count: int = 1) -> None:
    for rank in range(count):
        mail = Mail(subject=f"Sujet {rank}", text="Bonjour", html="<p>Bonjour</p>")
        queue_mail(
            mail, key=f"essai-{rank}", label="Essai", person=None, to=f"moi{rank}@exemple.fr", headers={}, now=NOW
        )


def _message_ids(server: MailServer) -> list[str]:
    return [next(line for line in mail.splitlines() if line.startswith("Message-ID")) for mail in server.taken]


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["later", "silent", "absent"])
def test_a_mail_that_could_not_leave_leaves_later_once(server: MailServer, settings, mood: str) -> None:
    _queued(3)
    server.mood = mood
    if mood == "absent":
        settings.EMAIL_PORT = free_port()
    started = time.monotonic()
    assert send_waiting(clock=lambda: NOW) == 0
    print(f"\nmail server {mood}: {time.monotonic() - started:.1f} s for 3 mails", end="", flush=True)
    assert {mail.state for mail in OutgoingMail.objects.all()} == {MailState.QUEUED}
    assert all(mail.error for mail in OutgoingMail.objects.all())  # the desk can say why
    assert server.taken == []
    assert send_waiting(clock=lambda: NOW) == 0  # not at once
    server.mood, settings.EMAIL_PORT = "well", server.server_address[1]
    later = NOW + timedelta(minutes=2)
    assert send_waiting(clock=lambda: later) == 3
    assert send_waiting(clock=lambda: later + timedelta(days=1)) == 0
    assert len(set(_message_ids(server))) == len(server.taken) == 3


@pytest.mark.django_db
def test_an_address_refused_for_good_is_told_to_the_desk_and_stops_nobody(server: MailServer) -> None:
    server.mood = "never"
    _queued()
    assert send_waiting(clock=lambda: NOW) == 0
    assert OutgoingMail.objects.get().state == MailState.FAILED
    server.mood = "well"
    assert send_waiting(clock=lambda: NOW + timedelta(days=2)) == 0
    assert server.taken == []


@pytest.mark.django_db
def test_a_server_that_took_a_mail_without_saying_so_can_tell_the_second_from_the_first(server: MailServer) -> None:
    server.mood = "hangs_up"
    _queued()
    assert send_waiting(clock=lambda: NOW) == 0
    server.mood = "well"
    assert send_waiting(clock=lambda: NOW + timedelta(minutes=2)) == 1
    assert len(server.taken) == 2
    assert len(set(_message_ids(server))) == 1


# --- The disk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk of memory, a little larger than the platform's folder."""
    if os.geteuid() != 0:
        pytest.skip("Il faut être root pour faire un disque de mémoire.")
    size = sum(path.stat().st_size for path in prepared.rglob("*") if path.is_file()) + 60_000_000
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
        pytest.skip("Cette machine ne permet pas de faire un disque de mémoire.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def _fill(folder: Path) -> Path:
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in (1_000_000, 4_096, 512):
            try:
                while True:
                    filler.write(b"\0" * size)
            except OSError:
                continue
    return path


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_full_disk(prepared: Path, small_disk: Path) -> None:
    with platform(prepared, small_disk) as site:
        animator, visitor = Browser(site), Browser(site)
        animator.become("Mathilde")
        upload_page = animator.get("/imports/nouveau/territories.zonings/")
        page = report_page(visitor)
        mails, files = len(_kept(site.var / "mails")), _kept(site.var / "files")
        filler = _fill(small_disk)
        content = b"code;libelle;communes\n" + b"zone;Zone;42218\n" * 60_000
        refused = animator.send(upload_page, files={"file": ("zones.csv", content, "text/csv")})
        assert refused.status_code in {422, 503, 507}, refused.status_code
        assert _kept(site.var / "files") == files
        report = send_report(visitor, page)
        assert report.status_code in {200, 503}  # the database may still have room in its journal
        assert report.status_code == 200 or TEXT in report.text
        sign_in = visitor.get("/compte/connexion/")
        time.sleep(2.2)
        said = visitor.send(sign_in, email="quelquun@exemple.fr", site_internet="")
        assert said.status_code in {200, 503}, said.status_code
        assert len([path for path in _kept(site.var / "mails") if path.suffix == ".new"]) == 0
        assert visitor.get("/annuaire/").status_code == 200
        print(
            f"\ndisk full: upload {refused.status_code}, report {report.status_code}, sign-in {said.status_code}",
            end="",
            flush=True,
        )
        filler.unlink()
        if report.status_code == 503:
            report = visitor.send(report, str(report.url))
        assert report.status_code == 200
        assert site.sql("SELECT text FROM moderation_report") == [(TEXT,)]
        content = b"code;libelle;communes\nzone;Zone;42218\n"
        taken = animator.send(
            animator.get("/imports/nouveau/territories.zonings/"), files={"file": ("zones.csv", content, "text/csv")}
        )
        assert "/colonnes/" in str(taken.url)
        sign_in = visitor.get("/compte/connexion/")
        time.sleep(2.2)
        visitor.send(sign_in, email="quelquun@exemple.fr", site_internet="")
        wait_for(lambda: len(_kept(site.var / "mails")) > mails)
