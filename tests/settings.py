"""Settings of the test suite: plain static files, fast passwords, a database of its own."""

import os
import tempfile
from pathlib import Path

os.environ["ALLIAGE_VAR"] = os.environ.get("ALLIAGE_TEST_VAR") or tempfile.mkdtemp(prefix="alliage-test-")
os.environ.setdefault("ALLIAGE_DEMO", "1")
if os.environ.get("ALLIAGE_TEST_ENGINE") == "postgresql":
    os.environ["DATABASE_URL"] = os.environ["DATABASE_URL_TEST"]
else:
    os.environ["DATABASE_URL"] = ""
# Whatever site the person runs beside: tests read addresses.
os.environ["PORT"] = "8000"
os.environ["ALLIAGE_ORIGIN"] = ""
os.environ["REDIS_URL"] = ""
os.environ["EMAIL_URL"] = ""

from alliage.config.settings import *  # noqa: F403
from alliage.config.settings import DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "mail"]}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file as on a site, not memory: there a thread that reads makes one that writes fail instead of wait.
    _path = os.environ.get("ALLIAGE_TEST_DATABASE") or Path(os.environ["ALLIAGE_VAR"]) / "test.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_path).resolve())}
    # Nothing of it must outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
WHITENOISE_AUTOREFRESH = True
