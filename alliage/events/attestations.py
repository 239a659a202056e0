"""The attestation of a person: what was measured, and a code by which anyone who holds it checks that it is ours."""

import hmac
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.events import moments
from alliage.events.models import Attendee
from alliage.events.queries.live import Presence
from alliage.events.registration_links import token_of
from alliage.formats.documents import Document, Link, Paragraph, Table
from alliage.ui.templatetags.ui import date_fr

_SALT = "alliage.events.attestation"
CODE_LENGTH = 12


def code_of(attendee: Attendee) -> str:
    return code_for(attendee.pk, salt=_SALT)


def code_for(pk: int, *, salt: str) -> str:
    """« 12-ab34… »: a number, and its proof; each kind of attestation has its salt."""
    return f"{pk}-{_proof(pk, salt)}"


def _proof(pk: int, salt: str) -> str:
    return salted_hmac(salt, str(pk), algorithm="sha256").hexdigest()[:CODE_LENGTH]


def number_in(code: str, *, salt: str) -> int | None:
    """The number that a code proves; None when it proves nothing."""
    number, _dash, proof = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return int(number) if hmac.compare_digest(proof.encode(), _proof(int(number), salt).encode()) else None


def attendee_of(code: str) -> Attendee | None:
    """Whose attestation bears that code; None when nothing proves it, or when nothing of it is kept any more."""
    number = number_in(code, salt=_SALT)
    if number is None:
        return None
    return Attendee.objects.filter(pk=number, forgotten_at=None).select_related("event").first()


def path_of(attendee: Attendee) -> str:
    """By the account when there is one: a personal link is not shown again."""
    if attendee.member_id is not None:
        return reverse("events:attestation", kwargs={"slug": attendee.event.slug})
    return reverse("events:attestation", kwargs={"token": token_of(attendee.seed)})


def minutes_words(minutes: int) -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def document(attendee: Attendee, presences: list[Presence], *, now: datetime) -> Document:
    """What is certified, no more than what was measured."""
    event, code = attendee.event, code_of(attendee)
    total = sum(each.minutes for each in presences)
    rows = [
        [
            each.sequence.title,
            moments.span(each.sequence.starts_at, each.sequence.ends_at, event.clock),
            _("%(measured)s sur %(planned)s") % {"measured": each.minutes, "planned": minutes_words(each.planned)},
        ]
        for each in presences
    ]
    host = (
        str(event.host.name)
        if event.host is not None
        else str(_("Le Réseau des pionniers des alliances en territoire"))
    )
    when = moments.span(event.starts_at, event.ends_at, event.clock)
    who = _("%(name)s, %(organisation)s") if attendee.organisation else "%(name)s"
    address = settings.ORIGIN + reverse("events:attestation_check", args=[code])
    return Document(
        title=_("Attestation de présence"),
        kicker=event.title,
        lead=who % {"name": attendee.name, "organisation": attendee.organisation},
        blocks=[
            Paragraph(_("a participé en ligne à «\u00a0%(title)s\u00a0», %(when)s (%(clock)s).") % {
                "title": event.title, "when": when, "clock": moments.clock_words(event.zone)
            }),
            Table([_("Séquence"), _("Horaire"), _("Temps mesuré")], rows, [5, 4, 2]),
            Paragraph(_("Temps mesuré en tout\u00a0: %s.") % minutes_words(total)),
            Paragraph(
                _(
                    "Ce temps est celui pendant lequel la page de la salle était ouverte et reliée au site, entre le début annoncé et la "
                    "fermeture de la salle. Une coupure de moins d’une minute et demie n’y est pas comptée comme un départ. Il ne dit rien de "
                    "ce que la personne a suivi par téléphone, sur place ou devant l’écran d’une autre."
                ),
                note=True,
            ),
            Paragraph(_("Établie le %(day)s pour %(host)s.") % {"day": date_fr(now, "day"), "host": host}),
            Paragraph(_("Nom, qualité et signature de l’organisateur\u00a0:\n\n\n\n")),
            Link(address, address, _("Vérifier cette attestation\u00a0:")),
        ],
        foot=_("Code de vérification\u00a0: %s") % code,
    )  # fmt: skip
