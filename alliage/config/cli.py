"""The `alliage` command: Django's management commands under the platform's name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["alliage", *sys.argv[1:]])
