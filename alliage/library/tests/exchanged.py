"""What the page table needs of exchanges: a resource that follows a bank, a link that died."""

from datetime import datetime
from typing import Any

from alliage.library.models import Resource, ResourceLink
from alliage.library.queries.links import FAILED_OFTEN
from alliage.library.tests.factories import published


def ids(*, now: datetime) -> dict[str, Any]:
    followed = published(title="Une cuisine d’une autre banque", source="Carnets d’exemple")
    Resource.objects.filter(pk=followed.pk).update(source_code="source:1", external_id="cuisine", owner=None)
    citing = published(title="Un guide et son lien", links=[{"url": "https://exemple.fr/parti", "label": "Le plan"}])
    ResourceLink.objects.filter(resource=citing).update(failed_count=FAILED_OFTEN, status=404, checked_at=now)
    return {"followed": followed.pk, "dead_link": citing.links.get().pk}
