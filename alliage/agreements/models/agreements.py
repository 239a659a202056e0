"""An agreement, the organisations that make it, what happened in it. Nothing of it is public."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.agreements.enums import READERS, PartnerState, State
from alliage.directory.models import Alliance, Entry
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

if TYPE_CHECKING:
    from alliage.agreements.models.conventions import Signature

LONGEST_SUBJECT = 160
# Once it is signed and until it closes.
LIVED = (State.AGREED, State.ACTIVE, State.REVIEWED)


class Agreement(models.Model):
    """« Accord d’alliance ». `holder` opened it; any of the partners' people may do what it asks for next.

    `signed_text` is what was signed, word for word, and `digest` its SHA-256 in hexadecimal, kept from the last signature on.
    `ends_on`: until when, as its partners foresee it; the text that they sign is what binds. `review_due_on`: when the next « bilan de
    santé » is due, while it is active. `terms`: levers and ODD, of the same table.
    """

    subject = models.CharField(_("objet"), max_length=LONGEST_SUBJECT)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    terms = models.ManyToManyField(Term, blank=True, related_name="+", verbose_name=_("leviers et ODD"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    state = models.CharField(_("état"), max_length=8, choices=State.choices, default=State.SCOPING)
    signed_text = models.TextField(_("convention signée"), blank=True)
    digest = models.CharField(_("empreinte du texte signé"), max_length=64, blank=True)
    outcome = models.TextField(_("ce qui en est sorti"), blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    agreed_at = models.DateTimeField(_("signé le"), null=True, blank=True)
    active_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    review_due_on = models.DateField(_("bilan pour le"), null=True, blank=True)
    reminded_on = models.DateField(_("rappelé le"), null=True, blank=True)
    ends_on = models.DateField(_("fin prévue"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)

    class Meta:
        verbose_name = _("accord d’alliance")
        verbose_name_plural = _("accords d’alliance")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "review_due_on"], name="agreement_review_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="agreement_state_known"),
            models.CheckConstraint(condition=~Q(subject=""), name="agreement_says_what_for"),
            models.CheckConstraint(
                condition=Q(agreed_at=None, digest="") | (Q(agreed_at__isnull=False) & ~Q(digest="")),
                name="agreement_signed_keeps_its_text",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SCOPING, agreed_at=None)
                | Q(state__in=LIVED, agreed_at__isnull=False)
                | Q(state=State.CLOSED),
                name="agreement_lived_once_signed",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ACTIVE, active_at__isnull=False, review_due_on__isnull=False)
                | (~Q(state=State.ACTIVE) & Q(review_due_on=None)),
                name="agreement_active_awaits_its_review",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False) | (~Q(state=State.CLOSED) & Q(closed_at=None)),
                name="agreement_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        """Never its subject: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement", args=[self.pk])


class Partner(models.Model):
    """An organisation or a team of an agreement. Its people are those who may edit its entry.

    `name` is the one it had when it was asked: it stays when the entry goes. `is_shown`: it agrees to show the alliance in the directory.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="partners", verbose_name=_("accord"))
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, related_name="+", verbose_name=_("fiche de l’annuaire")
    )
    name = models.CharField(_("nom"), max_length=200)
    state = models.CharField(_("état"), max_length=8, choices=PartnerState.choices, default=PartnerState.INVITED)
    is_shown = models.BooleanField(_("accepte de montrer l’alliance"), default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invité par")
    )
    invited_at = models.DateTimeField(_("invité le"), default=timezone.now)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    # Read with it by `queries.agreements`.
    standing: "list[Signature]"

    class Meta:
        verbose_name = _("partenaire d’un accord")
        verbose_name_plural = _("partenaires d’un accord")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "entry"], name="agreement_partner_once"),
            models.CheckConstraint(condition=~Q(name=""), name="agreement_partner_has_a_name"),
            models.CheckConstraint(condition=Q(state__in=PartnerState.values), name="agreement_partner_state_known"),
            models.CheckConstraint(
                condition=Q(state=PartnerState.INVITED, answered_at=None)
                | (~Q(state=PartnerState.INVITED) & Q(answered_at__isnull=False)),
                name="agreement_partner_answer_says_when",
            ),
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(state=PartnerState.IN), name="agreement_partner_shown_is_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_mine(self) -> bool:
        """Asked or in, and whoever reads the page speaks for it: `queries.agreements` says it, as `spoken`."""
        return bool(self.__dict__.get("spoken"))

    @property
    def is_unheld(self) -> bool:
        """Asked or in, and nobody is left to act for it: `queries.agreements` says it, as `held`."""
        return self.state in READERS and not self.__dict__.get("held", True)

    @property
    def is_in(self) -> bool:
        return self.state == PartnerState.IN


class Moment(models.Model):
    """What happened in an agreement, and the state it left it in. Written once, never changed; `text` names organisations, no person."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="history", verbose_name=_("accord"))
    state = models.CharField(_("état"), max_length=8, choices=State.choices)
    text = models.CharField(_("ce qui s’est passé"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("moment d’un accord")
        verbose_name_plural = _("moments d’un accord")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="agreement_moment_says_something"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="agreement_moment_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class LinkedAlliance(models.Model):
    """An alliance of the directory that an agreement brings to life; `is_published`: it was shown there from the agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="links", verbose_name=_("accord"))
    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="+", verbose_name=_("alliance"))
    is_published = models.BooleanField(_("montrée depuis l’accord"), default=False)

    class Meta:
        verbose_name = _("alliance d’un accord")
        verbose_name_plural = _("alliances d’un accord")
        constraints = [models.UniqueConstraint(fields=["agreement", "alliance"], name="agreement_alliance_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
