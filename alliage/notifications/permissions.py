"""Who may be told, and by which way."""

from typing import Any

from django.conf import settings

from alliage.accounts.permissions import is_animator


def can_be_told(person: Any) -> bool:
    """A closed account is told nothing."""
    return bool(person.is_active)


def can_receive_mail(person: Any) -> bool:
    """A demo persona's address is nobody's: mail is written to it in demonstration mode only, where none leaves."""
    return can_be_told(person) and (settings.DEMO or not person.is_demo)


def can_watch_mails(user: Any) -> bool:
    """Those who keep an eye on mails that did not leave see neither addresses nor contents."""
    return is_animator(user)
