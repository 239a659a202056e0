"""`alliage load_demo_questions`: bring in the fictitious questions of the demonstration."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alliage.codev.services.demo_questions import load_questions

DATA = Path(__file__).resolve().parents[2] / "data" / "demo_questions.json"


class Command(BaseCommand):
    help = "Charge les questions fictives de démonstration\u00a0; celles déjà là sont laissées telles quelles."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_questions(json.loads(DATA.read_text(encoding="utf-8")), now=timezone.now())
        self.stdout.write(f"Entraide de démonstration\u00a0: {added} questions fictives ajoutées.")
