"""Who answers, as a key.

Upper folders give any word of theirs (« m12 » a member, « p34 » a participant of a room); an anonymous opening keeps a digest of
it, made with the site's key, so that no reader of the database tells who answered what, yet twice is once. When the opening
closes even the site forgets the link (services.close).
"""

from typing import Any

from django.utils.crypto import salted_hmac

from alliage.questionnaires.models import Opening

_SALT = "alliage.questionnaires.respondent"
LONGEST = 64


def of_member(member: Any) -> str:
    return f"m{member.pk}"


def key(opening: Opening, respondent: str) -> str:
    """What the opening keeps of a respondent."""
    if not 0 < len(respondent) <= LONGEST:
        raise ValueError("A respondent is a word of 1 to 64 characters.")
    if not opening.is_anonymous:
        return respondent
    return salted_hmac(_SALT, f"{opening.pk}|{respondent}", algorithm="sha256").hexdigest()
