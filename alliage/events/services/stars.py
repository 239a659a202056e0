"""Stars: a sequence kept in « mon programme » without registering. Logged out they wait in a signed cookie; they join the account.

And the secret link by which a calendar follows « mon programme ».
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from alliage.accounts.models import Member
from alliage.events import registration_links as links
from alliage.events.models import ProgrammeLink, Sequence, Star

COOKIE = "programme"
COOKIE_DAYS = 400
MOST_KEPT = 100
_SIGNER = Signer(salt="alliage.events.stars")


def star(sequence: Sequence, *, by: Member, now: datetime) -> None:
    """Once, however often it is asked."""
    Star.objects.get_or_create(sequence=sequence, member=by, defaults={"created_at": now})


def unstar(sequence: Sequence, *, by: Member) -> None:
    Star.objects.filter(sequence=sequence, member=by).delete()


@transaction.atomic
def join(pks: Iterable[int], *, by: Member, now: datetime) -> int:
    """What was kept in a browser goes to the account."""
    known = Sequence.objects.filter(pk__in=set(pks)).exclude(stars__member=by).order_by("pk")
    made = [Star(sequence=sequence, member=by, created_at=now) for sequence in known]
    Star.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def make_link(*, by: Member, now: datetime) -> str:
    """A secret link to one's own programme; the one before opens nothing any more."""
    seed = links.new_seed()
    token = links.token_of(seed)
    ProgrammeLink.objects.update_or_create(
        member=by, defaults={"seed": seed, "token_digest": links.digest(token), "created_at": now}
    )
    return token


def revoke_link(*, by: Member) -> None:
    ProgrammeLink.objects.filter(member=by).delete()


def forget_member(member: Member) -> None:
    Star.objects.filter(member=member).delete()
    ProgrammeLink.objects.filter(member=member).delete()


# --- In a browser --------------------------------------------------------------------------------------------------


def kept(cookies: Mapping[str, str]) -> list[int]:
    """Numbers of the sequences starred in this browser, the last one first; what was tampered with is nothing."""
    try:
        said = _SIGNER.unsign(str(cookies.get(COOKIE, "")))
    except BadSignature:
        return []
    return [int(each) for each in said.split(".") if each.isdecimal()][:MOST_KEPT]


def keep(request: HttpRequest, response: HttpResponse, pks: Iterable[Any]) -> None:
    """Keep these, or nothing, in the browser."""
    numbers = list(dict.fromkeys(pks))[:MOST_KEPT]
    if not numbers:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        _SIGNER.sign(".".join(map(str, numbers))),
        max_age=COOKIE_DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE) or request.is_secure(),
    )
