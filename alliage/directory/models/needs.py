"""Needs, offers and calls: what someone seeks, gives or proposes, until a date, and what came of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import NEEDS_SHOWN, NeedKind, NeedSide, NeedState
from alliage.directory.models.entries import Entry
from alliage.prepared import Address
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

DATED = (*NEEDS_SHOWN, NeedState.EXPIRED)
ENDED = (NeedState.MET, NeedState.CLOSED)
_PAGE = Address("directory:need")


class Need(models.Model):
    """One need, offer or call, in the name of an entry, or of someone without an account who confirmed an address.

    `name` and `email` are those of that person; `email` is never shown, `name` is. Their page opens by a secret link made
    from `seed` and the site's key (`token_digest` recognises it). A need without a territory is for the whole of France.
    What is personal of a visitor's post goes at `purged_at`. `origin`: where it was first said (`registry.need_origins`). `search_text` is folded (territories.folding).
    `source_code` and `external_id` name the row of the file that it came from, if any.
    """

    side = models.CharField(_("nature"), max_length=8, choices=NeedSide.choices)
    kind = models.CharField(_("ce qui est cherché ou donné"), max_length=12, choices=NeedKind.choices)
    title = models.CharField(_("titre"), max_length=140)
    text = models.TextField(_("texte"), blank=True)
    search_text = models.TextField(_("texte cherché"), blank=True)
    partnership = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type de partenariat")
    )
    terms = models.ManyToManyField(Term, blank=True, related_name="+", verbose_name=_("ODD et leviers"))
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("territoire")
    )

    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name=_("au nom de")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrit par")
    )
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    seed = models.CharField(max_length=43, blank=True)
    token_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    sent_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    origin = models.CharField(_("né de"), max_length=80, blank=True, default="")
    source_code = models.CharField(_("source d’import"), max_length=60, blank=True, default="")
    external_id = models.CharField(_("identifiant dans sa source"), max_length=200, blank=True, default="")

    state = models.CharField(_("état"), max_length=12, choices=NeedState.choices, default=NeedState.DRAFT)
    outcome = models.CharField(_("ce qui en est sorti"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("ouvert le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("rappelé le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    purged_at = models.DateTimeField(_("données effacées le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    updated_at = models.DateTimeField(_("modifié le"), default=timezone.now)

    class Meta:
        verbose_name = _("besoin ou offre")
        verbose_name_plural = _("besoins et offres")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="need_latest"),
            models.Index(fields=["state", "expires_at"], name="need_expiring"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=NeedSide.values), name="need_side_known"),
            models.CheckConstraint(condition=Q(kind__in=NeedKind.values), name="need_kind_known"),
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="need_has_a_title"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, email="", name="", token_digest__isnull=True)
                | Q(entry__isnull=True, purged_at__isnull=True, email__gt="", name__gt="", token_digest__isnull=False)
                | Q(entry__isnull=True, purged_at__isnull=False, email="", name="", seed="", state__in=ENDED),
                name="need_is_of_somebody_or_purged",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DATED)
                | Q(opened_at__isnull=False, expires_at__isnull=False, expires_at__gt=F("opened_at")),
                name="need_open_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="need_ended_has_a_date",
            ),
            models.CheckConstraint(condition=Q(outcome="") | Q(state=NeedState.MET), name="need_outcome_once_met"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return _PAGE(self.pk, self.slug)

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60] or self.side


class NeedAnswer(models.Model):
    """That someone answered a need by its form: never what, nor from which address. The mails hold the words.

    `sent_key` is a digest of one display of the form and of what was typed: the same sending twice is one answer.
    """

    need = models.ForeignKey(Need, models.CASCADE, related_name="answers", verbose_name=_("besoin ou offre"))
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(_("envoyée le"))

    class Meta:
        verbose_name = _("réponse à un besoin ou à une offre")
        verbose_name_plural = _("réponses aux besoins et aux offres")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.need_id} – {self.pk}"


class Alert(models.Model):
    """A list that someone wants to be told about: « Prévenez-moi ». One line per function and question.

    For a member, or for an address that confirmed by a link (`confirmed_at`). `last_sent` is when it was last looked at.
    """

    class Function(models.TextChoices):
        NEEDS = "besoins", _("besoins et offres")
        DIRECTORY = "annuaire", _("annuaire")

    function = models.CharField(_("liste"), max_length=12, choices=Function.choices)
    query = models.CharField(_("filtres"), max_length=600, blank=True)
    label = models.CharField(_("en mots"), max_length=300)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    seed = models.CharField(max_length=43)
    token_digest = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    last_sent = models.DateTimeField(_("relue le"))
    created_at = models.DateTimeField(_("créée le"))
    # What a notification about it says, while it is being written; no column.
    news: Any = None

    class Meta:
        verbose_name = _("alerte")
        verbose_name_plural = _("alertes")
        ordering = ["pk"]
        indexes = [models.Index(fields=["confirmed_at", "last_sent"], name="alert_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, email="", confirmed_at__isnull=False)
                | Q(member__isnull=True, email__gt=""),
                name="alert_is_for_someone",
            ),
            models.UniqueConstraint("member", "function", "query", name="alert_once_per_member"),
            models.UniqueConstraint(
                fields=["email", "function", "query"], condition=~Q(email=""), name="alert_once_per_address"
            ),
        ]

    def __str__(self) -> str:
        """Never for whom: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        """The list, as it was asked."""
        page = reverse("directory:needs" if self.function == self.Function.NEEDS else "directory:index")
        return f"{page}?{self.query}" if self.query else page
