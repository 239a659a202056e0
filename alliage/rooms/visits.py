"""Who a browser is in a room: its account, else the key in its cookie. One cookie for all rooms, which says nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import rooms as queries

COOKIE = "salle"
COOKIE_DAYS = 30
LONGEST_KEY = 64


def key_of(cookies: Any) -> str:
    key = str(cookies.get(COOKIE, "")).replace("\x00", "")
    return key if len(key) <= LONGEST_KEY else ""


def person_of(request: HttpRequest, room: Room, people: list[Participant] | None = None) -> Participant | None:
    return queries.person_in(room, member=request.user, key=key_of(request.COOKIES), people=people)


def keep_key(response: HttpResponse, key: str, *, secure: bool) -> None:
    response.set_cookie(COOKIE, key, max_age=COOKIE_DAYS * 86_400, httponly=True, samesite="Lax", secure=secure)
