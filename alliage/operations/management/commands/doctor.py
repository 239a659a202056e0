"""Examine this installation: what is wrong, and how to mend it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.operations.checks import examine
from alliage.operations.enums import Level

SIGNS = {Level.GOOD: "  ", Level.WARNING: "! ", Level.ERROR: "✗ "}


class Command(BaseCommand):
    help = "Examine cette installation et dit, en français, ce qui ne va pas et comment le réparer."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(timezone.now())
        for finding in findings:
            self.stdout.write(f"{SIGNS[finding.level]}{finding.text}")
            if finding.remedy:
                self.stdout.write(f"    → {finding.remedy}")
        errors = sum(finding.level == Level.ERROR for finding in findings)
        if errors:
            self.stdout.write("")
            text = ngettext("%(count)d point à réparer.", "%(count)d points à réparer.", errors)
            self.stdout.write(text % {"count": errors})
            sys.exit(1)
        if noticed := sum(finding.level == Level.WARNING for finding in findings):
            text = ngettext(
                "Rien à réparer, %(count)d point à regarder.", "Rien à réparer, %(count)d points à regarder.", noticed
            )
            self.stdout.write("")
            self.stdout.write(text % {"count": noticed})
        else:
            self.stdout.write(_("Cette installation est en ordre."))
