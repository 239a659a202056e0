"""`alliage doctor`: each thing that can go wrong is seen, and its remedy is given."""

import socket
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.jobs import queries as jobs
from alliage.jobs.models import Worker
from alliage.operations import checks, preparation
from alliage.operations.enums import Level
from alliage.territories.importers.reference import Reference
from alliage.territories.models import DataSource
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def levels(check) -> list[Level]:
    return [finding.level for finding in check(NOW)]


def texts(check) -> str:
    return " ".join(finding.text + finding.remedy for finding in check(NOW))


@pytest.fixture
def production(settings):
    settings.PRODUCTION, settings.DEMO, settings.DEMO_FORCED = True, False, False
    settings.ORIGIN, settings.ALLOWED_HOSTS = "https://alliage.exemple.fr", ["alliage.exemple.fr"]
    settings.BEHIND_PROXY, settings.SECRET_KEY = True, "x" * 60
    return settings


def test_an_empty_installation_is_told_to_import_territories():
    assert "import_territories" in texts(checks.territories)


def imported(version: str) -> None:
    TerritoryFactory()
    source = Reference().territories
    DataSource.objects.create(
        name=source.name, label=source.label, source=source.source, version=version, imported_at=NOW
    )


def test_imported_communes_are_counted():
    imported(Reference().stamp)
    assert levels(checks.territories) == [Level.GOOD]


def test_territories_of_another_version_are_told_to_be_imported_again():
    imported("2020.1 (00000000-00000000)")
    assert levels(checks.territories) == [Level.GOOD, Level.WARNING]
    assert "import_territories" in texts(checks.territories)


def test_a_reference_that_is_too_old_is_a_reason_to_update():
    imported(Reference().stamp)
    later = NOW + checks.REFERENCE_LASTS + timedelta(days=60)
    assert "Mettez Alliage à jour" in " ".join(finding.remedy for finding in checks.territories(later))


def test_a_code_that_changed_since_the_preparation_is_a_warning(monkeypatch):
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    assert levels(checks.prepared) == [Level.WARNING]
    monkeypatch.setattr(preparation, "is_prepared", lambda: True)
    assert levels(checks.prepared) == []


def test_a_database_up_to_date_is_good():
    assert Level.ERROR not in levels(checks.database)


def test_a_database_behind_its_migrations_is_an_error(monkeypatch):
    monkeypatch.setattr(preparation, "migrations_to_apply", lambda: 2)
    assert "2 changements" in texts(checks.database)
    assert "alliage prepare" in texts(checks.database)


def test_a_database_that_is_not_usable_is_said_once(monkeypatch):
    def refuses():
        raise DatabaseError("no such host")

    monkeypatch.setattr(checks, "CHECKS", [])
    monkeypatch.setattr(checks, "CHECKS_OF_DATA", [checks.territories])
    assert len(checks.examine(NOW)) == 1
    for broken in (lambda: 3, refuses):
        monkeypatch.setattr(preparation, "migrations_to_apply", broken)
        assert checks.examine(NOW) == []


def test_a_database_that_does_not_answer_is_said_with_its_remedy(monkeypatch):
    def refuse():
        raise DatabaseError("no such host\nmore")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert "DATABASE_URL" in texts(checks.database)
    assert "more" not in texts(checks.database)


def test_sqlite_in_production_is_a_warning(production):
    if connection.vendor == "sqlite":
        assert Level.WARNING in levels(checks.database)


def test_an_old_postgresql_is_refused(monkeypatch):
    if connection.vendor == "postgresql":
        monkeypatch.setattr(connections["default"], "pg_version", 140002)
        assert Level.ERROR in levels(checks.database)


def test_the_default_secret_is_an_error_outside_demonstration(settings):
    settings.DEMO = False
    assert levels(checks.secrets) == [Level.ERROR]
    settings.SECRET_KEY = "x" * 60
    assert levels(checks.secrets) == [Level.GOOD]
    settings.DEMO = True
    assert levels(checks.secrets) == [Level.GOOD]


def test_a_real_address_must_be_https_and_among_the_hosts(production):
    assert levels(checks.address) == [Level.GOOD]
    production.ORIGIN = "http://autre.exemple.fr"
    assert levels(checks.address) == [Level.ERROR, Level.ERROR]


def test_a_site_without_a_declared_proxy_is_warned(production):
    production.BEHIND_PROXY, production.BOUND_TO_LOOPBACK = False, True
    assert Level.WARNING in levels(checks.address)


def test_demonstration_is_good_here_a_warning_when_exposed_and_an_error_in_production(settings):
    settings.DEMO, settings.PRODUCTION, settings.BOUND_TO_LOOPBACK = True, False, True
    assert levels(checks.demonstration) == [Level.GOOD]
    settings.BOUND_TO_LOOPBACK = False
    assert levels(checks.demonstration) == [Level.WARNING]
    settings.PRODUCTION = True
    assert levels(checks.demonstration) == [Level.ERROR]
    settings.DEMO = False
    assert levels(checks.demonstration) == []


def test_kept_mails_are_good_in_development_and_an_error_in_production(settings):
    settings.MAIL_IS_KEPT = True
    assert levels(checks.mail) == [Level.GOOD]
    settings.PRODUCTION = True
    assert levels(checks.mail) == [Level.ERROR]


def test_a_mail_server_that_does_not_answer_is_an_error(settings):
    settings.MAIL_IS_KEPT = False
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed.getsockname()[1]
        assert "EMAIL_URL" in texts(checks.mail)


def test_a_mail_server_that_answers_is_good(settings):
    import threading

    settings.MAIL_IS_KEPT = False
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()

        def greet():
            peer, _ = server.accept()
            peer.sendall(b"220 here\r\n")
            peer.recv(100)
            peer.sendall(b"221 bye\r\n")
            peer.close()

        thread = threading.Thread(target=greet)
        thread.start()
        assert levels(checks.mail) == [Level.GOOD]
        thread.join()


def test_a_cache_of_each_process_is_a_warning_in_production(production):
    assert levels(checks.shared_cache) == [Level.WARNING]


def test_a_cache_that_answers_is_good():
    assert levels(checks.shared_cache) == [Level.GOOD]


def test_a_cache_that_does_not_answer_is_an_error(monkeypatch):
    def refuse(*args):
        raise ConnectionError

    monkeypatch.setattr(checks.cache, "set", refuse)
    assert "REDIS_URL" in texts(checks.shared_cache)


def test_missing_static_files_are_an_error(settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path, tmp_path / "media", tmp_path / "static"
    assert levels(checks.folders)[-1] == Level.ERROR
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    assert levels(checks.folders) == [Level.GOOD]


def test_a_full_disk_is_a_warning(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    monkeypatch.setattr(checks, "FREE_SPACE_WANTED", 10**18)
    assert Level.WARNING in levels(checks.folders)


def test_a_folder_that_cannot_be_written_is_an_error(settings, tmp_path):
    (tmp_path / "a-file").write_text("")
    settings.VAR_DIR = tmp_path / "a-file"
    assert "ALLIAGE_VAR" in texts(checks.folders)


def test_a_site_without_administrator_is_an_error_in_production(production):
    assert Level.ERROR in levels(checks.people)
    MemberFactory(role=Role.ADMINISTRATOR)
    assert levels(checks.people) == []


def test_a_demonstration_administrator_on_a_real_site_is_an_error(production):
    MemberFactory(role=Role.ADMINISTRATOR, is_demo=True)
    assert len(levels(checks.people)) == 2


def test_python_is_recent_enough_here_and_an_old_one_is_refused(monkeypatch):
    assert levels(checks.python_version) == [Level.GOOD]
    monkeypatch.setattr(checks.sys, "version_info", (3, 9, 1))
    assert levels(checks.python_version) == [Level.ERROR]


def test_a_check_that_breaks_does_not_hide_the_others(monkeypatch):
    def breaks(now):
        raise DatabaseError("no such table: x")
        yield

    monkeypatch.setattr(checks, "CHECKS", [breaks, checks.python_version])
    monkeypatch.setattr(checks, "CHECKS_OF_DATA", [])
    assert [finding.level for finding in checks.examine(NOW)] == [Level.ERROR, Level.GOOD]


def test_doctor_exits_with_an_error_when_something_must_be_mended(monkeypatch):
    monkeypatch.setattr(checks, "CHECKS", [])
    monkeypatch.setattr(checks, "CHECKS_OF_DATA", [checks.territories])
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("doctor", stdout=out)
    assert stop.value.code == 1
    assert "→" in out.getvalue()


def test_doctor_says_when_all_is_in_order(monkeypatch):
    monkeypatch.setattr(checks, "CHECKS", [checks.python_version])
    monkeypatch.setattr(checks, "CHECKS_OF_DATA", [])
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "en ordre" in out.getvalue()


def test_doctor_does_not_say_that_all_is_in_order_when_it_warns(monkeypatch):
    monkeypatch.setattr(checks, "CHECKS", [])
    monkeypatch.setattr(checks, "CHECKS_OF_DATA", [checks.worker])
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "en ordre" not in out.getvalue()
    assert "1 point à regarder" in out.getvalue()


def test_a_site_without_worker_is_warned_and_a_living_one_is_good():
    assert levels(checks.worker) == [Level.WARNING]
    Worker.objects.create(id="w", host="ici", pid=1, started_at=NOW, seen_at=NOW)
    assert levels(checks.worker) == [Level.GOOD]


def test_work_that_waits_for_long_beside_a_living_worker_is_a_warning(monkeypatch):
    waiting = jobs.Health(workers=1, queued=3, running=1, failed=0, oldest_queued_at=NOW - timedelta(minutes=5))
    monkeypatch.setattr(jobs, "health", lambda *, now: waiting)
    assert levels(checks.worker) == [Level.GOOD]
    assert [finding.level for finding in checks.worker(NOW + timedelta(minutes=6))] == [Level.WARNING]


def test_a_mail_account_that_is_refused_is_said(settings):
    import threading

    settings.MAIL_IS_KEPT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, False, False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "moi", "faux"
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()

        def refuse():
            peer, _ = server.accept()
            peer.settimeout(10)
            lines = peer.makefile("rwb")
            lines.write(b"220 here\r\n")
            lines.flush()
            while line := lines.readline():
                lines.write(b"250-here\r\n250 AUTH PLAIN\r\n" if line[:4] == b"ehlo" else b"535 no\r\n")
                lines.flush()
            lines.close()
            peer.close()

        thread = threading.Thread(target=refuse)
        thread.start()
        assert "mot de passe" in texts(checks.mail)
        thread.join()
