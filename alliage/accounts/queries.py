"""What the pages about accounts read."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet

from alliage.accounts.enums import RANK, REQUIRED_CONSENTS, ConsentKind
from alliage.accounts.models import Consent, ConsentText, Invitation, Member, RoleChange


@dataclass(frozen=True)
class ConsentLine:
    """One kind of consent on « mon compte »: the text in force and what the member said of it."""

    kind: ConsentKind
    text: ConsentText
    given: Consent | None
    is_required: bool

    @property
    def is_outdated(self) -> bool:
        """True when the member agreed to an earlier version than the one in force."""
        return self.given is not None and self.given.text_id != self.text.pk


@dataclass(frozen=True)
class SecondFactor:
    """How a member proves who they are a second time."""

    has_application: bool
    passkey_count: int
    has_recovery_codes: bool

    @property
    def is_set(self) -> bool:
        return self.has_application or self.passkey_count > 0


def consents_of(member: Member) -> list[ConsentLine]:
    """Return the kinds that have a published text, in the order of `ConsentKind`; two queries."""
    newest: dict[str, ConsentText] = {}
    for text in ConsentText.objects.order_by("kind", "version"):
        newest[text.kind] = text
    given = {
        consent.text.kind: consent
        for consent in Consent.objects.filter(member=member, withdrawn_at=None).select_related("text")
    }
    return [
        ConsentLine(kind, newest[kind], given.get(kind), kind in REQUIRED_CONSENTS)
        for kind in ConsentKind
        if kind in newest
    ]


def second_factor_of(member: Member) -> SecondFactor:
    types = list(Authenticator.objects.filter(user=member).values_list("type", flat=True))
    return SecondFactor(
        has_application=Authenticator.Type.TOTP in types,
        passkey_count=types.count(Authenticator.Type.WEBAUTHN),
        has_recovery_codes=Authenticator.Type.RECOVERY_CODES in types,
    )


def addresses_of(member: Member) -> QuerySet[EmailAddress]:
    return EmailAddress.objects.filter(user=member).order_by("-primary", "email")


def has_consent(member: Member, kind: ConsentKind) -> bool:
    """True when the member's consent of this kind is in force, whatever its version."""
    return Consent.objects.filter(member=member, text__kind=kind, withdrawn_at=None).exists()


def invitations_seen_by(member: Member) -> QuerySet[Invitation]:
    """Return the invitations that this animator may see: those to a role no higher than their own, newest first."""
    roles = [role for role, rank in RANK.items() if rank <= RANK[member.role]]
    return Invitation.objects.filter(role__in=roles).select_related("invited_by", "accepted_by")


def open_invitation(token_digest: str, *, now: datetime) -> Invitation | None:
    """Return the invitation of this link when it can still be accepted."""
    invitation = Invitation.objects.filter(token_digest=token_digest).select_related("invited_by").first()
    return invitation if invitation and invitation.is_open(now=now) else None


def was_accepted_since(token_digest: str, *, since: datetime) -> bool:
    """True when the invitation of this link was accepted at that moment or later."""
    return Invitation.objects.filter(token_digest=token_digest, accepted_at__gte=since).exists()


def demo_members() -> QuerySet[Member]:
    """Return the fictitious people, the most powerful role last in the order of the data file."""
    return Member.objects.filter(is_demo=True, is_active=True).order_by("pk")


def members(*, name: str = "", role: str = "") -> QuerySet[Member]:
    """Return the open accounts, by name; `name` is a part of the displayed name, whatever its case."""
    found = Member.objects.filter(is_active=True).order_by("name", "pk")
    if name:
        found = found.filter(name__icontains=name)
    if role in RANK:
        found = found.filter(role=role)
    return found


def role_changes_of(member: Member) -> QuerySet[RoleChange]:
    return member.role_changes.select_related("changed_by")


def may_link_identities(member: Member) -> bool:
    """True when a provider of identities is configured, or one was once and left something to take off."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS) or SocialAccount.objects.filter(user=member).exists()
