"""`alliage receive_reply < message`: take one answer sent by mail, for a mail server that hands messages to a program."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.notifications.reading import LONGEST
from alliage.notifications.services.replies import receive


class Command(BaseCommand):
    help = "Reçoit sur l’entrée standard un courriel qui répond à l’un des nôtres."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = receive(sys.stdin.buffer.read(LONGEST), now=timezone.now())
        self.stdout.write(outcome.value)
