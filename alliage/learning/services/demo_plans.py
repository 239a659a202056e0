"""The fictitious plan of the demonstration's file, and what its catalyst proposed to it. Nobody is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.events.queries.coming import to_come
from alliage.learning.enums import AdviceKind, FileRole
from alliage.learning.models import Action, Advice, TerritoryFile
from alliage.learning.services.demo_files import COMMUNE, HOST
from alliage.library.queries.resources import shown
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

_DATA = Path(__file__).parent.parent / "data" / "demo_plan.json"
# Words of the file that are columns of an action.
_COPIED = ("title", "text", "reason", "state", "obstacle", "owner_name")


@transaction.atomic
def load(*, now: datetime) -> int:
    """Add the plan when the file is there and its plan is empty; answers how many actions were added."""
    file = TerritoryFile.objects.filter(territory__kind=Kind.COMMUNE, territory__code=COMMUNE).first()
    if file is None or file.actions.exists():
        return 0
    said: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    Action.objects.bulk_create(_action(file, each, now=now) for each in said["actions"])
    sender = Member.objects.filter(territory_files__file=file, territory_files__role=FileRole.CATALYST).first()
    resource, event = shown().order_by("pk").first(), to_come(now).order_by("starts_at", "pk").first()
    if sender is not None and resource is not None:
        sent_at, answer = now - timedelta(days=3), {"note": said["advice"], "opened_at": now - timedelta(days=2)}
        Advice.objects.create(
            file=file, sender=sender, kind=AdviceKind.RESOURCE, resource=resource, sent_at=sent_at, **answer
        )
    if sender is not None and event is not None:
        Advice.objects.create(
            file=file, sender=sender, kind=AdviceKind.EVENT, event=event, sent_at=now, note=said["event"]
        )
    return len(said["actions"])


def _action(file: TerritoryFile, said: dict[str, Any], *, now: datetime) -> Action:
    today = timezone.localdate(now)
    return Action(
        file=file,
        lever=taxonomy.term(Vocabulary.LEVIERS, said["lever"]),
        owner=Member.objects.filter(email=f"{said.get('owner', '')}{HOST}").first(),
        due_on=today + timedelta(days=said["due"]),
        done_on=today + timedelta(days=said["done"]) if "done" in said else None,
        created_at=now,
        changed_at=now,
        **{name: said[name] for name in _COPIED if name in said},
    )
