"""Members of the network, the history of their roles, invitations and consents."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.enums import ConsentKind, Role


def no_password() -> str:
    """A value that no password matches: the code by mail and passkeys are enough."""
    return make_password(None)


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password) if password else member.set_unusable_password()
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        return self.create_user(email, password, role=Role.ADMINISTRATOR, is_superuser=True, **fields)


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The address signs them in; it is never shown to anyone else."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    password = models.CharField(_("mot de passe"), max_length=128, default=no_password)
    name = models.CharField(_("nom affiché"), max_length=120, blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    is_demo = models.BooleanField(_("personne fictive de démonstration"), default=False)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    created_at = models.DateTimeField(_("inscrit le"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = MemberManager()

    # Set on the member of one request by SecondFactorMiddleware: the role gives nothing until identity is proved twice.
    lacks_second_factor = False

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="member_email_unique_whatever_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.name or str(_("Membre du réseau"))

    get_short_name = get_full_name

    @property
    def first_name(self) -> str:
        """Wagtail's administration shows these two; a member has one displayed name."""
        return self.name

    @property
    def last_name(self) -> str:
        return ""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return not self.lacks_second_factor and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.lacks_second_factor and super().has_module_perms(app_label)


class RoleChange(models.Model):
    """Who gave or took which role, when: never edited, never deleted."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="role_changes")
    old_role = models.CharField(_("ancien rôle"), max_length=20, choices=Role.choices)
    new_role = models.CharField(_("nouveau rôle"), max_length=20, choices=Role.choices)
    changed_by = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="role_changes_made"
    )
    changed_at = models.DateTimeField(_("le"))
    reason = models.CharField(_("pourquoi"), max_length=200, blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(old_role=F("new_role")), name="role_change_changes")]

    def __str__(self) -> str:
        return f"{self.member}: {self.old_role} → {self.new_role}"


class Invitation(models.Model):
    """An address invited to join with a role. Only a digest of the link's secret is kept."""

    email = models.EmailField(_("adresse électronique"))
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="invitations_sent")
    created_at = models.DateTimeField(_("envoyée le"))
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    accepted_at = models.DateTimeField(_("acceptée le"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_later"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    def is_open(self, *, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class ConsentText(models.Model):
    """One dated version of what a person agrees to. Published texts are never edited: a new version is added."""

    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("texte"))
    published_at = models.DateTimeField(_("publié le"))

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version_unique"),
            models.CheckConstraint(condition=Q(kind__in=ConsentKind.values), name="consent_text_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


class Consent(models.Model):
    """A member agreed to one version of a text, on a date, somewhere; and may have taken it back."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("donné le"))
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    where = models.CharField(_("où"), max_length=80)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "text"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_given_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.text}"
