"""Resources for tests, made by the services: what a test reads is what a person would."""

from datetime import UTC, datetime
from typing import Any

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import Proposal, Resource
from alliage.library.services import proposals, resources

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def said(**more: Any) -> dict[str, Any]:
    """A content that the services accept."""
    return {
        "kind": "pratique",
        "title": "Un atelier de réparation partagé",
        "summary": "Trois communes ouvrent ensemble un atelier.",
        "sections": {"contexte": "Un bourg sans réparateur.", "methode": "Trois réunions, puis un local."},
        "licence": "cc-by-sa-4.0",
        "year": 2024,
        "authors": [{"name": "Alix Demo"}],
    } | more


def proposed(*, by: Any = None, now: datetime = NOW, **more: Any) -> Proposal:
    """A draft, which only its author sees."""
    return proposals.begin(said(**more), by=by or MemberFactory(), now=now)


def published(*, by: Any = None, now: datetime = NOW, **more: Any) -> Resource:
    """A resource that everyone reads, in its first version."""
    proposal = proposed(by=by, now=now, **more)
    resources.publish(proposal, by=by, now=now)
    resource: Resource = proposal.resource
    resource.refresh_from_db()
    return resource
