"""What the page table needs of « la vue des besoins »: a reading of one département and its région."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.learning.models import NeedsReading


def ids(_member: Member, *, now: datetime) -> dict[str, Any]:
    told = {"region": "84", "territories": 5, "cells": {"alliance": {"wanted": 5}}}
    region = {"kind": "region", "code": "84", "name": "Auvergne-Rhône-Alpes", **told}
    NeedsReading.objects.create(
        made_at=now, rows=[region, {"kind": "departement", "code": "42", "name": "Loire", **told}]
    )
    return {}
