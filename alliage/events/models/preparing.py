"""What is prepared before the day: the sheet that a speaker or a partner fills, rehearsals, the retro-planning."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import Standing
from alliage.events.models.events import Event
from alliage.events.models.programme import Partner, Speaker
from alliage.events.organising_enums import Recording
from alliage.files.models import StoredFile


class Rehearsal(models.Model):
    """A moment offered to speakers to try the sound and the slides. `taken` moves under the lock of its row."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="rehearsals", verbose_name=_("événement"))
    starts_at = models.DateTimeField(_("début"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), default=15)
    seats = models.PositiveSmallIntegerField(_("places"), default=1)
    taken = models.PositiveSmallIntegerField(_("places prises"), default=0)
    join_url = models.URLField(_("lien de visioconférence"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("créneau de répétition")
        verbose_name_plural = _("créneaux de répétition")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "starts_at"], name="rehearsal_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="rehearsal_never_over_full"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_full(self) -> bool:
        return self.taken >= self.seats


class Sheet(models.Model):
    """What a speaker or a partner (exactly one) says by a personal link, without an account.

    The link is made from `seed` and the site's key; the database holds its digest. `contact` is a partner's address (a speaker has
    `Speaker.email`): never shown. `reminded_on` is a day: one is not reminded twice the same day. `recording_text` is the sentence agreed to.
    """

    speaker = models.OneToOneField(
        Speaker, models.CASCADE, null=True, blank=True, related_name="sheet", verbose_name=_("intervenant")
    )
    partner = models.OneToOneField(
        Partner, models.CASCADE, null=True, blank=True, related_name="sheet", verbose_name=_("partenaire")
    )
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    contact = models.EmailField(_("adresse électronique"), blank=True)
    answer = models.CharField(_("réponse"), max_length=10, choices=Standing.choices, default=Standing.EXPECTED)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    bio = models.TextField(_("présentation"), blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    slides = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("diapositives")
    )
    shares_slides = models.BooleanField(_("diapositives publiées avec les actes"), default=False)
    links = models.JSONField(_("liens"), default=list, blank=True)
    recording = models.CharField(
        _("enregistrement"), max_length=3, choices=Recording.choices, blank=True, default=Recording.UNSAID
    )
    recording_text = models.CharField(_("ce qui a été accepté"), max_length=400, blank=True)
    recording_at = models.DateTimeField(_("dit le"), null=True, blank=True)
    rehearsal = models.ForeignKey(
        Rehearsal, models.SET_NULL, null=True, blank=True, related_name="sheets", verbose_name=_("répétition")
    )
    message = models.TextField(_("message à l’organisation"), blank=True)
    drafts = models.JSONField(_("brouillon"), null=True, blank=True)
    change = models.PositiveIntegerField(_("numéro de changement"), default=0)
    invited_at = models.DateTimeField(_("invité le"), null=True, blank=True)
    reminded_on = models.DateField(_("relancé le"), null=True, blank=True)
    opened_at = models.DateTimeField(_("page ouverte le"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("page d’intervenant")
        verbose_name_plural = _("pages d’intervenants")
        constraints = [
            models.CheckConstraint(
                condition=Q(speaker__isnull=False, partner__isnull=True)
                | Q(speaker__isnull=True, partner__isnull=False),
                name="sheet_of_one_person",
            ),
            models.CheckConstraint(condition=Q(answer__in=Standing.values), name="sheet_answer_known"),
            models.CheckConstraint(condition=Q(recording__in=Recording.values), name="sheet_recording_known"),
            models.CheckConstraint(
                condition=Q(recording="") | Q(recording_at__isnull=False), name="sheet_recording_is_dated"
            ),
        ]

    def __str__(self) -> str:
        """Never a name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class Task(models.Model):
    """A line of the retro-planning: due `offset` days from the day (negative before it). `code` is that of the default list."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="tasks", verbose_name=_("événement"))
    offset = models.SmallIntegerField(_("jours avant ou après"))
    title = models.CharField(_("à faire"), max_length=200)
    text = models.TextField(_("précision"), blank=True)
    code = models.CharField(_("code"), max_length=40, blank=True)
    who = models.CharField(_("qui s’en charge"), max_length=120, blank=True)
    done_at = models.DateTimeField(_("fait le"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fait par")
    )

    class Meta:
        verbose_name = _("ligne de rétroplanning")
        verbose_name_plural = _("lignes de rétroplanning")
        ordering = ["offset", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.UniqueConstraint(fields=["event", "code"], condition=~Q(code=""), name="task_code_once"),
        ]

    def __str__(self) -> str:
        return self.title
