"""Settings of a real site, of the demonstration, and what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache.backends.redis import RedisCache
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent
SECRET = "correct-horse-battery-staple-42-over-the-hills-and-far-away"
PRODUCTION = {
    "ALLIAGE_PRODUCTION": "1",
    "ALLIAGE_SECRET_KEY": SECRET,
    "ALLIAGE_HOSTS": "alliage.exemple.fr",
    "ALLIAGE_ORIGIN": "https://alliage.exemple.fr",
    "DATABASE_URL": "postgres://a:b@localhost/c",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp://moi%40exemple.fr:secret@mail.exemple.fr:587?tls=1",
}
READ = (
    "import json, alliage.config.settings as s; print(json.dumps({k: v for k, v in vars(s).items() "
    "if k.isupper() and isinstance(v, (str, int, bool, list, dict))}, default=str))"
)


def settings_with(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess:
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"} or name.startswith("COV_")
    }
    environment = {**kept, "ALLIAGE_VAR": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "-c", READ], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def values(tmp_path: Path, **variables: str) -> dict:
    result = settings_with(tmp_path, **variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("secret", ["", "development-only-secret", "too-short"])
def test_production_refuses_a_default_or_weak_secret(tmp_path, secret):
    variables = {**PRODUCTION, "ALLIAGE_SECRET_KEY": secret}
    if not secret:
        del variables["ALLIAGE_SECRET_KEY"]
    result = settings_with(tmp_path, **variables)
    assert result.returncode != 0
    assert "ALLIAGE_SECRET_KEY" in result.stderr


def test_production_is_strict(tmp_path):
    found = values(tmp_path, **PRODUCTION)
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert not found["DEBUG"]
    assert not found["DEMO"]
    assert "UNSAFE" not in json.dumps(found["CONTENT_SECURITY_POLICY"]).upper()
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    cache = found["CACHES"]["default"]
    assert issubclass(import_string(cache["BACKEND"]), RedisCache)
    assert cache["LOCATION"] == PRODUCTION["REDIS_URL"]


def test_production_sends_mail_through_the_server_given(tmp_path):
    found = values(tmp_path, **PRODUCTION)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.exemple.fr", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("moi@exemple.fr", "secret")


def test_a_mail_server_that_does_not_answer_holds_no_page_for_long(tmp_path):
    """The code to sign in leaves while the page waits for it."""
    assert values(tmp_path, **PRODUCTION)["EMAIL_TIMEOUT"] <= 10


def test_django_finds_nothing_to_say_of_production(tmp_path):
    environment = {"PATH": os.environ["PATH"], "ALLIAGE_VAR": str(tmp_path), **PRODUCTION, "DATABASE_URL": ""}
    result = subprocess.run(
        [sys.executable, "-m", "alliage", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_without_any_setting_the_site_is_a_demonstration_on_this_machine(tmp_path):
    found = values(tmp_path)
    assert found["DEMO"]
    assert found["ORIGIN"] == "http://localhost:8000"
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"


def test_demonstration_is_off_as_soon_as_others_can_reach_the_site(tmp_path):
    assert not values(tmp_path, ALLIAGE_BIND="0.0.0.0")["DEMO"]
    assert not values(tmp_path, ALLIAGE_BIND="alliage.exemple.fr")["DEMO"]
    assert values(tmp_path, ALLIAGE_BIND="0.0.0.0", ALLIAGE_DEMO="1")["DEMO"]
    assert not values(tmp_path, ALLIAGE_DEMO="0")["DEMO"]


def test_no_mail_leaves_a_demonstration_even_with_a_server(tmp_path):
    found = values(tmp_path, EMAIL_URL="smtp://mail.exemple.fr:25")
    assert found["MAIL_IS_KEPT"]
    assert "smtp" not in found["EMAIL_BACKEND"]


def test_a_sender_without_address_is_refused(tmp_path):
    result = settings_with(tmp_path, ALLIAGE_MAIL_FROM="Alliage")
    assert "ALLIAGE_MAIL_FROM" in result.stderr


def test_an_identity_provider_appears_when_configured(tmp_path):
    assert values(tmp_path)["SOCIALACCOUNT_PROVIDERS"] == {}
    found = values(
        tmp_path, ALLIAGE_OIDC_ISSUER="https://id.exemple.fr", ALLIAGE_OIDC_CLIENT_ID="a", ALLIAGE_OIDC_SECRET="b"
    )
    assert (
        found["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"][0]["settings"]["server_url"]
        == "https://id.exemple.fr"
    )


def test_an_undeclared_variable_is_a_mistake():
    from alliage.config import environment

    with pytest.raises(KeyError):
        environment.value("ALLIAGE_UNKNOWN")
    assert environment.items("ALLIAGE_HOSTS")


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "a-file").write_text("")
    result = settings_with(tmp_path / "a-file" / "var")
    assert "ALLIAGE_VAR" in result.stderr
