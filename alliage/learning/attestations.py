"""The attestation of a completed path: what was done, a code by which anyone who holds it checks it, and the same as an open badge."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.events import attestations
from alliage.formats.documents import Document, Items, Link, Paragraph
from alliage.learning.models import Follow
from alliage.learning.queries import following as queries
from alliage.learning.queries.following import Progress
from alliage.ui.templatetags.ui import date_fr

_SALT = "alliage.learning.attestation"


def code_of(follow: Follow) -> str:
    return attestations.code_for(follow.pk, salt=_SALT)


def follow_of(code: str, *, now: datetime) -> Follow | None:
    """Whose attestation bears that code; None when nothing proves it, or when the path is no more completed."""
    return queries.by_code(attestations.number_in(code, salt=_SALT), now=now)


def address_of(follow: Follow) -> str:
    return settings.ORIGIN + reverse("learning:path_check", args=[code_of(follow)])


def badge_address_of(follow: Follow) -> str:
    return settings.ORIGIN + reverse("learning:path_badge", args=[code_of(follow)])


def facts(follow: Follow, progress: Progress) -> list[str]:
    """What it says, no more than what is known."""
    right, asked = queries.quiz_marks(progress)
    found = [
        _("Version de %(length)s, %(count)d étapes.") % {"length": follow.get_length_display(), "count": progress.total},
        _("Commencé le %(begun)s, terminé le %(ended)s.") % {
            "begun": date_fr(follow.started_at, "day"), "ended": date_fr(follow.completed_at, "day")
        },
    ]  # fmt: skip
    if asked:
        found.append(_("Questions\u00a0: %(right)d réponses justes sur %(asked)d.") % {"right": right, "asked": asked})
    return found


def document(follow: Follow, progress: Progress, *, now: datetime) -> Document:
    """The PDF. It says that steps are told done by the person: nobody watched."""
    address, badge = address_of(follow), badge_address_of(follow)
    return Document(
        title=_("Attestation de parcours"),
        kicker=follow.path.title,
        lead=follow.member.get_full_name(),
        blocks=[
            Paragraph(_("a suivi le parcours «\u00a0%(title)s\u00a0» sur la plateforme Alliage.") % {"title": follow.path.title}),
            Items(facts(follow, progress)),
            Items([step.title for step in progress.steps], numbered=True),
            Paragraph(
                _(
                    "Les étapes sont celles que la personne dit avoir faites\u00a0; les réponses aux questions sont corrigées par la plateforme. "
                    "Ce document n’est ni un diplôme ni une évaluation."
                ),
                note=True,
            ),
            Paragraph(_("Établie le %(day)s.") % {"day": date_fr(now, "day")}),
            Link(address, address, _("Vérifier cette attestation\u00a0:")),
            Link(badge, badge, _("La même, en badge ouvert (sans signature électronique)\u00a0:")),
        ],
        foot=_("Code de vérification\u00a0: %s") % code_of(follow),
    )  # fmt: skip


def badge(follow: Follow) -> dict[str, Any]:
    """An Open Badges 3.0 credential, as JSON-LD, **without a proof**: it is verified by its address, which our site answers.

    https://www.imsglobal.org/spec/ob/v3p0/
    """
    path, host = follow.path, settings.ORIGIN
    achieved = follow.completed_at.isoformat(timespec="seconds") if follow.completed_at else ""
    page = host + path.get_absolute_url()
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": badge_address_of(follow),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": path.title,
        "description": _("Sans signature électronique\u00a0: se vérifie à son adresse."),
        "issuer": {"id": host, "type": ["Profile"], "name": "Alliage", "url": host},
        "validFrom": achieved,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": follow.member.get_full_name(),
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": page,
                "type": ["Achievement"],
                "achievementType": "Course",
                "name": path.title,
                "description": path.summary or path.title,
                "criteria": {"id": page, "narrative": path.goal or path.summary or path.title},
                "inLanguage": "fr",
            },
        },
        "evidence": [{"id": address_of(follow), "type": ["Evidence"], "name": _("Page de vérification")}],
    }
