"""Secret links of speakers and partners: made from a seed and the site's key; only the digest is kept."""

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links
from alliage.events.models import Sheet

_SALT = "alliage.events.speaker"
digest = secret_links.digest


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def path_of(sheet: Sheet) -> str:
    return reverse("events:speaker", args=[token_of(sheet.seed)])


def address_of(sheet: Sheet) -> str:
    """What an organiser copies, and what the mail holds."""
    return settings.ORIGIN + path_of(sheet)


def by_token(token: str) -> Sheet | None:
    """The sheet of a link, with its event, or None when there is none, or no longer."""
    sheets = Sheet.objects.select_related(
        "speaker__event", "speaker__organisation", "partner__event", "partner__temps__event",
        "partner__sequence__event", "photo", "slides", "rehearsal",
    )  # fmt: skip
    return sheets.filter(token_digest=digest(token)).first()
