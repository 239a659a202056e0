"""What a territory decides to do, and what a catalyst proposes to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.events.models import Event
from alliage.learning.enums import ActionState, AdviceKind, AdviceState
from alliage.learning.models.diagnostics import Diagnostic
from alliage.learning.models.files import TerritoryFile
from alliage.library.models import Resource
from alliage.taxonomy.models import Term


class Action(models.Model):
    """One action of a territory's plan, taken from a recommendation (`reason` says why) or written freely.

    `owner_name` is whoever carries it, with or without an account; `obstacle` what stops it, told while it is stuck.
    """

    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="actions", verbose_name=_("dossier"))
    title = models.CharField(_("action"), max_length=200)
    text = models.TextField(_("précisions"), blank=True)
    reason = models.CharField(_("pourquoi"), max_length=400, blank=True)
    lever = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("levier"))
    state = models.CharField(_("avancement"), max_length=8, choices=ActionState.choices, default=ActionState.TO_DO)
    owner_name = models.CharField(_("portée par"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    starts_on = models.DateField(_("commence le"), null=True, blank=True)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    obstacle = models.CharField(_("obstacle"), max_length=400, blank=True)
    diagnostic = models.ForeignKey(
        Diagnostic, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("diagnostic")
    )
    resource = models.ForeignKey(
        Resource, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ressource")
    )
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("personne ou organisation")
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rendez-vous")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    created_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changée le"), default=timezone.now)
    done_on = models.DateField(_("faite le"), null=True, blank=True)
    reminded_on = models.DateField(_("rappelée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("action du plan")
        verbose_name_plural = _("actions du plan")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["file", "state", "due_on"], name="action_due")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="action_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=models.F("starts_on")),
                name="action_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_on__isnull=False)
                | (~Q(state=ActionState.DONE) & Q(done_on=None)),
                name="action_done_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActionState.STUCK) | ~Q(obstacle=""), name="action_stuck_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Advice(models.Model):
    """« Conseil »: a resource, a person or a date that a catalyst proposes to a territory. Read by the file and by who sent it."""

    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="advice", verbose_name=_("dossier"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="territory_advice", verbose_name=_("proposé par")
    )
    kind = models.CharField(_("nature"), max_length=8, choices=AdviceKind.choices)
    resource = models.ForeignKey(
        Resource, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("ressource")
    )
    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("personne ou organisation")
    )
    event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("rendez-vous")
    )
    note = models.CharField(_("mot"), max_length=600, blank=True)
    state = models.CharField(_("suite donnée"), max_length=8, choices=AdviceState.choices, default=AdviceState.SENT)
    action = models.OneToOneField(
        Action, models.SET_NULL, null=True, blank=True, related_name="advice", verbose_name=_("action")
    )
    sent_at = models.DateTimeField(_("envoyé le"), default=timezone.now)
    opened_at = models.DateTimeField(_("ouvert le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    used_at = models.DateTimeField(_("utilisé le"), null=True, blank=True)
    returned_at = models.DateTimeField(_("rendu sans avoir été ouvert le"), null=True, blank=True)

    class Meta:
        verbose_name = _("conseil")
        verbose_name_plural = _("conseils")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AdviceKind.RESOURCE, resource__isnull=False, entry=None, event=None)
                | Q(kind=AdviceKind.PERSON, entry__isnull=False, resource=None, event=None)
                | Q(kind=AdviceKind.EVENT, event__isnull=False, resource=None, entry=None),
                name="advice_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(state__in=AdviceState.values), name="advice_state_known"),
            models.CheckConstraint(
                condition=Q(state=AdviceState.SENT) | Q(answered_at__isnull=False), name="advice_answer_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
