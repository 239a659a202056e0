"""What accounts adds to the folders below, and to its own registries for folders that cannot know roles."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Invitation, Member
from alliage.accounts.registry import PersonalData, RolePermission, personal_data, role_permissions
from alliage.accounts.views.demo import is_open_to
from alliage.files.models import StoredFile
from alliage.imports.models import ImportRun
from alliage.jobs.models import Job
from alliage.jobs.registry import Periodic, schedule
from alliage.ui.registry import Bar, bars


def _export_account(member: Member) -> dict[str, Any]:
    return {
        "adresse": member.email,
        "nom": member.name,
        "role": member.role,
        "fuseau_horaire": member.time_zone,
        "inscrit_le": member.created_at,
        "derniere_connexion": member.last_login,
        "roles_precedents": list(member.role_changes.values("old_role", "new_role", "changed_at", "reason")),
        "invitations_envoyees": list(member.invitations_sent.values("email", "role", "created_at", "accepted_at")),
        "adresses": list(EmailAddress.objects.filter(user=member).values("email", "verified", "primary")),
    }


def _erase_account(member: Member) -> None:
    Invitation.objects.filter(email__iexact=member.email).delete()
    EmailAddress.objects.filter(user=member).delete()


def _export_consents(member: Member) -> list[dict[str, Any]]:
    fields = ("text__kind", "text__version", "text__text", "given_at", "withdrawn_at", "where")
    return list(member.consents.values(*fields))


def _erase_consents(member: Member) -> None:
    member.consents.all().delete()


def _export_sign_in(member: Member) -> dict[str, Any]:
    return {
        "preuves": list(Authenticator.objects.filter(user=member).values("type", "created_at", "last_used_at")),
        "appareils": list(
            UserSession.objects.filter(user=member).values("created_at", "last_seen_at", "ip", "user_agent")
        ),
        "identites": list(SocialAccount.objects.filter(user=member).values("provider", "uid", "date_joined")),
    }


def _erase_sign_in(member: Member) -> None:
    for session in UserSession.objects.filter(user=member):
        session.end()
    Authenticator.objects.filter(user=member).delete()
    SocialAccount.objects.filter(user=member).delete()


def _export_files(member: Member) -> list[Any]:
    return list(StoredFile.objects.filter(owner_id=member.pk).values("name", "purpose", "size", "created_at"))


def _erase_files(member: Member) -> None:
    """What the file serves stays with its function, which erases it itself; nothing says any more who sent it."""
    StoredFile.objects.filter(owner_id=member.pk).update(owner_id=None)


def _export_works(member: Member) -> dict[str, Any]:
    mine = {"started_by_id": member.pk}
    return {
        "imports": list(ImportRun.objects.filter(**mine).values("kind", "file_name", "state", "created_at")),
        "travaux": list(Job.objects.filter(**mine).values("kind", "label", "state", "created_at")),
    }


def _erase_works(member: Member) -> None:
    ImportRun.objects.filter(started_by_id=member.pk).update(started_by_id=None)
    Job.objects.filter(started_by_id=member.pk).update(started_by_id=None)


def _forget_sessions(_now: datetime) -> None:
    """Those that are over, of visitors as of members, stay in the database until somebody takes them away."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


schedule.add(
    Periodic(
        "accounts.forget_sessions",
        every=timedelta(days=1),
        offset=timedelta(hours=2, minutes=40),
        run=_forget_sessions,
        label=_("Oublier les sessions terminées"),
    )
)
# The engines below know no member: their numbers are resolved here.
personal_data.add(PersonalData("files.sent", _("Fichiers envoyés"), _export_files, _erase_files))
personal_data.add(PersonalData("jobs.asked", _("Imports et travaux demandés"), _export_works, _erase_works))
personal_data.add(PersonalData("accounts.consents", _("Accords donnés"), _export_consents, _erase_consents))
personal_data.add(PersonalData("accounts.sign_in", _("Connexions et preuves"), _export_sign_in, _erase_sign_in))
personal_data.add(PersonalData("accounts.account", _("Compte"), _export_account, _erase_account))

# Folders below cannot name a role: they ask for a permission, and the role that holds it is said here.
for _role, _permission in (
    (Role.ANIMATOR, "wagtailadmin.access_admin"),
    (Role.ANIMATOR, "jobs.view_job"),
    (Role.ANIMATOR, "imports.run_import"),
    (Role.ANIMATOR, "territories.add_territory"),
    (Role.ANIMATOR, "territories.add_zoning"),
    (Role.ANIMATOR, "territories.add_indicator"),
    (Role.ANIMATOR, "taxonomy.change_networklist"),
    (Role.ADMINISTRATOR, "taxonomy.change_term"),
):
    role_permissions.add(RolePermission(_permission, _role, _permission))

bars.add(Bar("accounts.demo", "accounts/demo_bar.html", position=0, shown=is_open_to))
