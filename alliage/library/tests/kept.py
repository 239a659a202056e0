"""What the page table needs of kits that are run, collections and recommendations: everything is of one member."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.enums import Sharing
from alliage.library.models import Receipt
from alliage.library.previews import token_of
from alliage.library.services import collections, kits, recommendations
from alliage.library.tests.factories import published


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    steps = [{"key": "un", "title": "Se réunir", "minutes": 30, "role": "hôte", "text": "Un cercle."}]
    kit = published(by=member, now=now, kind="kit", title="Un kit", sections={}, kit_items=steps)
    run = kits.launch(kit, kits.Said("Notre réunion"), sent="", by=member, now=now)
    linked = collections.create(collections.Named("À un partenaire"), by=member, now=now)
    public = collections.create(collections.Named("Nos repères"), by=member, now=now)
    for collection, sharing in ((linked, Sharing.LINK), (public, Sharing.PUBLIC)):
        collections.keep(kit, collection=collection, by=member, now=now)
        collections.share(collection, sharing, by=member, now=now)
    sender = MemberFactory()
    for address in (member.email, "partenaire@exemple.fr"):
        to = recommendations.To(address=address)
        recommendations.recommend([kit], to=to, note="Un mot", sent=address, by=sender, now=now)
    return {
        "kit": kit.pk,
        "kit_run": run.pk,
        "collection": public.pk,
        "linked_collection": linked.pk,
        "collection_link": token_of(linked.seed),
        "recommendation": Receipt.objects.get(person=member).pk,
        "recommendation_link": token_of(Receipt.objects.get(person=None).seed),
    }
