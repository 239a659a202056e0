"""Writes of the resources of a session: linked by anyone of its group, before it or after, and taken away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.models import Session, SessionResource
from alliage.codev.services.sessions import SessionRefused, locked
from alliage.library.models import Resource
from alliage.library.queries.resources import shown

MOST = 20


@transaction.atomic
def link(session: Session, resource: Resource, *, by: Member, now: datetime) -> SessionResource:
    """Twice is once, whoever did it first."""
    row = locked(session)
    if row.is_erased:
        raise SessionRefused(_("Cette séance est effacée\u00a0: rien ne s’y ajoute."))
    already = SessionResource.objects.filter(session=row, resource=resource).first()
    if already is not None:
        return already
    if not resource.is_shown:
        raise SessionRefused(_("Cette ressource n’est plus publiée."))
    if SessionResource.objects.filter(session=row, resource__in=shown()).count() >= MOST:
        raise SessionRefused(_("%(most)d ressources au plus\u00a0: retirez-en une.") % {"most": MOST})
    return SessionResource.objects.create(session=row, resource=resource, by=by, created_at=now)


@transaction.atomic
def unlink(linked: SessionResource, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    SessionResource.objects.filter(pk=linked.pk).delete()
