"""What the page table needs of reuse: a resource adapted, translated, that a reader asks something of."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.services import reuse, translations
from alliage.library.tests.factories import published

CONDITIONS = [
    {"importance": "required", "text": "Un local libre"},
    {"importance": "optional", "text": "Une équipe", "check": "has_team"},
    {"importance": "contextual", "text": "Une petite commune", "check": "population_max:10000"},
]
TEXT = {"title": "A shared resource", "summary": "Three towns.", "sections": {"contexte": "A town."}}


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    """Everything is said by `member` of a resource of somebody else."""
    resource = published(now=now, title="Une ressource adaptée", conditions=CONDITIONS)
    told = reuse.tell_adaptation(resource, reuse.Told("Plus court"), sent="world", by=member, now=now)
    for language, translator in (("en", member), ("es", MemberFactory())):
        begun = translations.begin(resource, language, by=translator, now=now)
        kept = translations.write(begun, TEXT, credit="", version=1, token=begun.token, by=translator, now=now)
        translations.submit(kept, by=translator, now=now)
        if language == "en":
            translations.publish(kept, by=resource.owner, now=now)
    return {
        "adapted": resource.pk,
        "adaptation": told.pk,
        "suggestion": reuse.suggest(resource, "Un chiffre", by=member, now=now).pk,
    }
