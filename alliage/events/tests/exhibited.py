"""Panels of an exhibition, for tests."""

from typing import Any

import factory

from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Event, Panel
from alliage.events.tests.factories import NOW, EventFactory


class PanelFactory(factory.django.DjangoModelFactory):
    """Proposed, without an image: `hung` shows one."""

    class Meta:
        model = Panel

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"Panneau {n}")
    text = "Trois communes, une association, un garage."
    rank = factory.Sequence(lambda n: n)
    created_at = NOW
    changed_at = NOW


def hung(event: Event, **said: Any) -> Panel:
    return PanelFactory(event=event, **({"state": PanelState.SHOWN, "decided_at": NOW} | said))
