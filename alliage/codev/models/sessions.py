"""Sessions of codev groups: one encounter worked live, the subjects proposed for it, what each says of it afterwards.

Everything typed here is read by the group alone, and erased at once (`services/session_erasing.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.encounters import Encounter
from alliage.codev.models.groups import Group
from alliage.codev.models.questions import Question
from alliage.codev.session_enums import Kept, Scale, SessionSheet, SessionState, Urgency
from alliage.library.models import Resource
from alliage.rooms.models import Room, RunSheet


class SessionKeeping(models.Model):
    """How long a group keeps its sessions; without a row, 90 days."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="keeping", verbose_name=_("groupe"))
    days = models.PositiveSmallIntegerField(_("jours gardés"), choices=Kept.choices, default=Kept.SEASON)

    class Meta:
        verbose_name = _("durée de conservation d’un groupe")
        verbose_name_plural = _("durées de conservation des groupes")
        constraints = [models.CheckConstraint(condition=Q(days__in=Kept.values), name="session_keeping_known")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Session(models.Model):
    """One client. Without `facilitator`, those who facilitate the group do. What was said is in the room, and here only commitments.

    `promised_count`, `kept_count`: what remains of commitments once they are erased. `has_shared`: a sheet left from here;
    nothing says which.
    """

    encounter = models.OneToOneField(Encounter, models.CASCADE, related_name="session", verbose_name=_("rencontre"))
    room = models.OneToOneField(Room, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("salle"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cliente ou client"),
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("animation")
    )
    subject = models.OneToOneField(
        "codev.Subject", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sujet choisi")
    )
    run_sheet = models.CharField(_("déroulé"), max_length=20, choices=SessionSheet.choices, default=SessionSheet.CODEV)
    own_sheet = models.ForeignKey(
        RunSheet,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("déroulé d’un membre, à la place"),
    )
    state = models.CharField(_("état"), max_length=8, choices=SessionState.choices, default=SessionState.PLANNED)
    purge_on = models.DateField(_("effacée le"))
    promised_count = models.PositiveSmallIntegerField(_("engagements pris"), default=0)
    kept_count = models.PositiveSmallIntegerField(_("engagements tenus"), default=0)
    has_shared = models.BooleanField(_("a donné une fiche partagée"), default=False)
    created_at = models.DateTimeField(_("ouverte le"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("engagements rappelés le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("effacée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "purge_on"], name="session_purge")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(condition=Q(run_sheet__in=SessionSheet.values), name="session_sheet_known"),
            models.CheckConstraint(
                condition=Q(client__isnull=True) | Q(facilitator__isnull=True) | ~Q(client=F("facilitator")),
                name="session_client_does_not_facilitate",
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.ENDED) | Q(ended_at__isnull=False), name="session_ended_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.ERASED, erased_at__isnull=False)
                | (~Q(state=SessionState.ERASED) & Q(erased_at__isnull=True)),
                name="session_erased_has_a_date",
            ),
            models.CheckConstraint(condition=Q(kept_count__lte=F("promised_count")), name="session_kept_were_promised"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:session", args=[self.encounter.group_id, self.encounter_id])

    @property
    def group(self) -> Group:
        return self.encounter.group

    @property
    def is_ended(self) -> bool:
        return self.state == SessionState.ENDED

    @property
    def is_erased(self) -> bool:
        return self.state == SessionState.ERASED

    @property
    def is_before(self) -> bool:
        return self.state in (SessionState.PLANNED, SessionState.READY)


class Subject(models.Model):
    """What a member proposes to bring. `question`: the one of the network that she wants her group to work on; nothing of it is copied."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="subjects", verbose_name=_("séance"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("par"))
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("question du réseau")
    )
    text = models.TextField(_("la situation"))
    stakes = models.TextField(_("ce qui est en jeu"), blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgence"), choices=Urgency.choices, default=Urgency.SOON)
    created_at = models.DateTimeField(_("proposé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("sujet proposé")
        verbose_name_plural = _("sujets proposés")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="subject_says_something"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="subject_urgency_known"),
            models.UniqueConstraint(fields=["session", "question"], name="subject_of_a_question_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        encounter = self.session.encounter
        return reverse("codev:session_subject", args=[encounter.group_id, encounter.pk, self.pk])

    @property
    def shown_question(self) -> Question | None:
        """The members of a group read all questions, but those that were hidden since."""
        return self.question if self.question is not None and not self.question.is_hidden else None


class SubjectVote(models.Model):
    """The subject that a member would choose: one each for a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="votes", verbose_name=_("séance"))
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="votes", verbose_name=_("sujet"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("par"))

    class Meta:
        verbose_name = _("choix d’un sujet")
        verbose_name_plural = _("choix d’un sujet")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="subject_vote_once_each")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class SessionResource(models.Model):
    """A resource of the library that someone found useful to a session. The group alone reads that it was linked; nothing says it there."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="resources", verbose_name=_("séance"))
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+", verbose_name=_("ressource"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("liée par"))
    created_at = models.DateTimeField(_("liée le"), default=timezone.now)

    class Meta:
        verbose_name = _("ressource liée à une séance")
        verbose_name_plural = _("ressources liées à des séances")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "resource"], name="session_resource_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Observer(models.Model):
    """A member who chose to observe this session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="observers", verbose_name=_("séance"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))

    class Meta:
        verbose_name = _("place d’observation")
        verbose_name_plural = _("places d’observation")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="session_observer_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Learning(models.Model):
    """What a member learnt for herself, written after the session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="learnings", verbose_name=_("séance"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("par"))
    text = models.TextField(_("ce que j’ai appris"))
    written_at = models.DateTimeField(_("écrit le"), default=timezone.now)

    class Meta:
        verbose_name = _("apprentissage")
        verbose_name_plural = _("apprentissages")
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="learning_one_each"),
            models.CheckConstraint(condition=~Q(text=""), name="learning_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class RatingGiven(models.Model):
    """A member said what she thinks of a session: that she did, never what."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="raters", verbose_name=_("séance"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))

    class Meta:
        verbose_name = _("avis donné")
        verbose_name_plural = _("avis donnés")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="rating_given_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class RatingCount(models.Model):
    """How many gave this value on this scale: a counter, which leads to nobody."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="ratings", verbose_name=_("séance"))
    scale = models.CharField(_("échelle"), max_length=8, choices=Scale.choices)
    value = models.PositiveSmallIntegerField(_("valeur"))
    count = models.PositiveSmallIntegerField(_("nombre"), default=0)

    class Meta:
        verbose_name = _("compte d’avis")
        verbose_name_plural = _("comptes d’avis")
        constraints = [
            models.UniqueConstraint(fields=["session", "scale", "value"], name="rating_count_once"),
            models.CheckConstraint(condition=Q(value__range=(1, 5)), name="rating_from_one_to_five"),
            models.CheckConstraint(condition=Q(scale__in=Scale.values), name="rating_scale_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
