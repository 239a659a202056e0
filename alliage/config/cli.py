"""The `alliage` command: Django's management commands under the platform's name."""

import os
import sys
from io import TextIOWrapper

INTERRUPTED = 130


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no « … » still gets the rest
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.VAR_DIR  # noqa: B018 a wrong setting must be said alone, before any command hides it
    except ImproperlyConfigured as error:
        sys.exit(f"\n{error}\n")
    try:
        execute_from_command_line(["alliage", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrompu.\n")
        sys.exit(INTERRUPTED)
