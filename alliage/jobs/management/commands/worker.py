"""`alliage worker`: does the deferred work and keeps the schedule."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from alliage.jobs.worker import work


class Command(BaseCommand):
    help = "Fait les travaux en attente et les tâches périodiques, jusqu’à ce qu’on l’arrête."
    requires_system_checks = []  # a worker that starts again must not depend on the pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="fait ce qui attend, puis s’arrête (tests, cron)")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        work(once=once)
