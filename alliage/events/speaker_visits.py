"""A speaker without an account, known in this browser by the personal link they opened: a signed cookie, which holds numbers alone."""

from collections.abc import Mapping

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from alliage.events.models import Speaker

COOKIE = "intervient"
COOKIE_DAYS = 30
MOST_KEPT = 5
_SIGNER = Signer(salt="alliage.events.speaker_visits")


def _kept(cookies: Mapping[str, str]) -> list[int]:
    try:
        said = _SIGNER.unsign(str(cookies.get(COOKIE, "")))
    except BadSignature:
        return []
    return [int(each) for each in said.split(".") if each.isdigit()]


def speaker_of(cookies: Mapping[str, str], event_id: int) -> Speaker | None:
    """No query for a browser that opened no such link."""
    kept = _kept(cookies)
    return Speaker.objects.filter(pk__in=kept, event=event_id).first() if kept else None


def keep(request: HttpRequest, response: HttpResponse, speaker: Speaker) -> None:
    kept = [speaker.pk, *(pk for pk in _kept(request.COOKIES) if pk != speaker.pk)][:MOST_KEPT]
    response.set_cookie(
        COOKIE,
        _SIGNER.sign(".".join(map(str, kept))),
        max_age=COOKIE_DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
