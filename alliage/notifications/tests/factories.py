"""Notifications, and kinds to try them on."""

from datetime import UTC, datetime

import factory

from alliage.accounts.tests.factories import MemberFactory
from alliage.notifications.enums import Frequency
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.registry import Message, NotificationKind, kinds

# A Tuesday, 10 in the morning in Paris.
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def say(obj, by):
    """What the test kinds say of a member."""
    return Message(f"Du nouveau sur {obj.name}", f"/annuaire/{obj.pk}/", f"Écrit par {by.name if by else 'le réseau'}.")


def add_kind(code, **options):
    """Register a kind for tests, once."""
    return kinds.get(code) or kinds.add(
        NotificationKind(code, f"Essai {code}", "Pour les essais.", describe=say, **options)
    )


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    person = factory.SubFactory(MemberFactory)
    kind = "test.now"
    key = factory.Sequence(lambda n: f"clé {n}")
    object_type = "test.object"
    # Far from those that tests choose.
    object_id = factory.Sequence(lambda n: str(1_000_000 + n))
    title = factory.Sequence(lambda n: f"Nouvelle {n}")
    url = "/annuaire/"
    created_at = NOW
    frequency = Frequency.NOW


class OutgoingMailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutgoingMail

    key = factory.Sequence(lambda n: f"courrier {n}")
    label = "Essai"
    to = "quelqu.un@exemple.fr"
    subject = "Objet"
    text = "Texte"
    html = "<p>Texte</p>"
    created_at = NOW
    send_after = NOW
