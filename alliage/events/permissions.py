"""Who may do what with events: questions, no writes."""

from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.events.models import Event, Sequence, Steward


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def can_propose_event(user: Any) -> bool:
    """Any member puts an event in the agenda; a Rencontre belongs to animators (`can_open_rencontre`)."""
    return _is_member(user)


def can_open_rencontre(user: Any) -> bool:
    return is_animator(user)


def can_organise(user: Any, event: Event) -> bool:
    """Prepares the event: its programme, its speakers, those who come. One query at most, none for a visitor."""
    if not _is_member(user):
        return False
    if is_animator(user) or event.owner_id == user.pk:
        return True
    # The doors of a page ask it one after the other, of the same event.
    known: dict[int, bool] = event.__dict__.setdefault("_organised_by", {})
    if user.pk not in known:
        known[user.pk] = event.organisers.filter(pk=user.pk).exists()
    return known[user.pk]


def can_see_event(user: Any, event: Event) -> bool:
    """A draft and a hidden event are their organisers' alone; elsewhere they answer as if they did not exist."""
    return event.is_public or can_organise(user, event)


def holds_sequence(user: Any, sequence: Sequence) -> bool:
    """Facilitates, moderates or reports this sequence, or organises the event."""
    if not _is_member(user):
        return False
    return Steward.objects.filter(sequence=sequence, member=user.pk).exists() or can_organise(user, sequence.event)
