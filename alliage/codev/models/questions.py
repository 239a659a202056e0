"""Questions to peers: one text, who reads it, what it is about; its earlier texts; to whom it was sent, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from alliage.codev.help_enums import (
    ASKING,
    MOST_A_MONTH,
    MOST_CALLED,
    CallState,
    QuestionKind,
    Readers,
    Reuse,
)
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


class Question(models.Model):
    """Something that a member posts. `title` is its first sentence; `terms` are what it is about, from its words, as corrected.

    `answer_count` counts the answers of others that readers see. `watch_at` and `subject_at`: when, without an answer, someone on
    watch is told, then it is proposed as a subject of codevelopment; empty for what waits for no answer. `subject_since` is when it
    was proposed, `subject_left_at` when it was taken off that list for good. `search_text` is folded (territories.folding).
    """

    kind = models.CharField(_("nature"), max_length=14, choices=QuestionKind.choices, default=QuestionKind.HELP)
    readers = models.CharField(_("qui la lit"), max_length=8, choices=Readers.choices, default=Readers.MEMBERS)
    title = models.CharField(_("titre"), max_length=140)
    text = models.TextField(_("texte"))
    search_text = models.TextField(_("texte cherché"), blank=True)
    terms = models.ManyToManyField(Term, blank=True, related_name="+", verbose_name=_("sujets"))
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("posée par")
    )
    reuse = models.CharField(_("dans une ressource"), max_length=8, choices=Reuse.choices, default=Reuse.ASK)
    sent_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    answer_count = models.PositiveIntegerField(_("réponses"), default=0)
    accepted = models.OneToOneField(
        "codev.Answer", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("réponse retenue")
    )
    accepted_at = models.DateTimeField(_("retenue le"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("retenue par"),
    )
    accepted_for_author = models.BooleanField(_("retenue par l’animation"), default=False)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    watch_at = models.DateTimeField(_("à veiller dès"), null=True, blank=True)
    watched_at = models.DateTimeField(_("veille prévenue le"), null=True, blank=True)
    subject_at = models.DateTimeField(_("à proposer comme sujet dès"), null=True, blank=True)
    subject_since = models.DateTimeField(_("proposée comme sujet le"), null=True, blank=True)
    subject_left_at = models.DateTimeField(_("retirée des sujets le"), null=True, blank=True)

    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    created_at = models.DateTimeField(_("posée le"), default=timezone.now)
    edited_at = models.DateTimeField(_("modifiée le"), null=True, blank=True)
    active_at = models.DateTimeField(_("dernier échange"), default=timezone.now)

    class Meta:
        verbose_name = _("question aux pairs")
        verbose_name_plural = _("questions aux pairs")
        ordering = ["-active_at", "-pk"]
        indexes = [
            models.Index(fields=["-active_at", "-id"], name="help_question_latest"),
            models.Index(fields=["answer_count", "created_at"], name="help_question_unanswered"),
            models.Index(fields=["author", "-active_at"], name="help_question_mine"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="help_question_kind_known"),
            models.CheckConstraint(condition=Q(readers__in=Readers.values), name="help_question_readers_known"),
            models.CheckConstraint(condition=Q(reuse__in=Reuse.values), name="help_question_reuse_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="help_question_says_something"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted_at__isnull=False),
                name="help_question_accepted_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(subject_since__isnull=True) | Q(kind__in=sorted(ASKING)), name="help_question_subject_asks"
            ),
        ]

    def __str__(self) -> str:
        """Never its words: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:question", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        """Nothing of what members alone read goes into an address, which is logged and passed on."""
        named = slugify(self.title)[:60].strip("-") if self.is_public else ""
        return named or "question"

    @property
    def is_public(self) -> bool:
        return self.readers == Readers.PUBLIC

    @property
    def is_asking(self) -> bool:
        return self.kind in ASKING

    @property
    def waits(self) -> bool:
        """For a first answer."""
        return self.is_asking and not self.answer_count and self.closed_at is None and not self.is_hidden


class QuestionText(models.Model):
    """An earlier text of a question, kept when it was changed."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="texts", verbose_name=_("question"))
    text = models.TextField(_("texte"))
    written_at = models.DateTimeField(_("écrit le"))
    replaced_at = models.DateTimeField(_("remplacé le"))

    class Meta:
        verbose_name = _("ancien texte d’une question")
        verbose_name_plural = _("anciens textes de questions")
        ordering = ["-replaced_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="help_question_text_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Call(models.Model):
    """That a question was sent to a member, and why. `seat` counts from 1 in the question, `turn` from 1 in the month of the member:
    the two constraints are the caps. `terms` are codes « leviers:alliance » that led to them; `reasons` are sentences.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="calls", verbose_name=_("question"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    seat = models.PositiveSmallIntegerField(_("rang"))
    month = models.CharField(_("mois"), max_length=7)
    turn = models.PositiveSmallIntegerField(_("rang dans le mois"))
    reasons = models.JSONField(_("pourquoi"), default=list)
    terms = models.JSONField(_("sujets en cause"), default=list)
    state = models.CharField(_("réponse"), max_length=8, choices=CallState.choices, default=CallState.SENT)
    sent_at = models.DateTimeField(_("envoyée le"))
    answered_at = models.DateTimeField(_("dit le"), null=True, blank=True)

    class Meta:
        verbose_name = _("envoi d’une question")
        verbose_name_plural = _("envois de questions")
        ordering = ["seat"]
        indexes = [models.Index(fields=["member", "state"], name="help_call_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="help_call_state_known"),
            models.UniqueConstraint("question", "member", name="help_call_once"),
            models.UniqueConstraint("question", "seat", name="help_call_seat_once"),
            models.CheckConstraint(condition=Q(seat__range=(1, MOST_CALLED)), name="help_call_few_for_a_question"),
            models.UniqueConstraint("member", "month", "turn", name="help_call_turn_once"),
            models.CheckConstraint(condition=Q(turn__range=(1, MOST_A_MONTH)), name="help_call_few_for_a_member"),
            models.CheckConstraint(
                condition=Q(state=CallState.SENT, answered_at__isnull=True)
                | (~Q(state=CallState.SENT) & Q(answered_at__isnull=False)),
                name="help_call_answered_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Unwanted(models.Model):
    """A subject on which a member no longer wants questions sent to them."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    term = models.ForeignKey(Term, models.CASCADE, related_name="+", verbose_name=_("sujet"))
    created_at = models.DateTimeField(_("dit le"), default=timezone.now)

    class Meta:
        verbose_name = _("sujet sans envoi de questions")
        verbose_name_plural = _("sujets sans envoi de questions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("member", "term", name="help_unwanted_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class HelpDraft(models.Model):
    """What a member types and has not sent: a question, an answer. `place` says where; `kept` is as `ui.drafts` writes it."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    place = models.CharField(_("où"), max_length=40)
    kept = models.JSONField(_("ce qui est tapé"), default=dict)
    saved_at = models.DateTimeField(_("gardé le"))

    class Meta:
        verbose_name = _("brouillon d’entraide")
        verbose_name_plural = _("brouillons d’entraide")
        constraints = [models.UniqueConstraint("member", "place", name="help_draft_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
