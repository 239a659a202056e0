"""Run sheets, rooms, and the log of what happened in each."""

import secrets
import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.rooms import phases
from alliage.rooms.enums import EventKind, RoomState
from alliage.rooms.phases import Phase, Sheet

# Letters and digits that nobody mistakes for one another, read aloud or copied by hand.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _rank in range(10))


class RunSheet(models.Model):
    """A run sheet kept to be used again. `code` names those that come with the platform, which nobody edits: one makes one's own from them."""

    code = models.SlugField(_("code"), max_length=60, unique=True, null=True, blank=True)
    content = models.JSONField(_("étapes"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="run_sheets", verbose_name=_("à")
    )
    is_shared = models.BooleanField(_("montré aux autres membres"), default=False)
    made_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tiré de")
    )
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("déroulé")
        verbose_name_plural = _("déroulés")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__isnull=False, owner__isnull=True) | Q(code__isnull=True, owner__isnull=False),
                name="run_sheet_has_a_code_or_an_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("rooms:run_sheet", args=[self.pk])

    @cached_property
    def sheet(self) -> Sheet:
        return phases.kept(self.content)


class Room(models.Model):
    """One run sheet in use, with a copy of its phases: what is changed here changes nothing elsewhere.

    `purpose` and `purpose_id` name what the room is for (`registry.purposes`): that function says who enters. The clock is the server's:
    `phase` is the rank of the present one (-1 before the first), `ends_at` when its time is over, or `left_seconds` while it is stopped.
    `tools`: those that the facilitation opened or closed, whatever the phase says. `last_number` numbers the events; it moves under the lock of this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code, editable=False)
    title = models.CharField(_("titre"), max_length=160)
    purpose = models.CharField(_("pour quoi"), max_length=40)
    purpose_id = models.CharField(_("pour lequel"), max_length=64, blank=True)
    content = models.JSONField(_("étapes"))
    state = models.CharField(_("état"), max_length=10, choices=RoomState.choices, default=RoomState.PREPARED)
    is_confidential = models.BooleanField(_("confidentielle"), default=False)
    is_rehearsal = models.BooleanField(_("répétition"), default=False)
    video_url = models.URLField(_("adresse de la visioconférence"), max_length=500, blank=True)
    phone = models.CharField(_("numéro de téléphone de la réunion"), max_length=60, blank=True)
    phase = models.SmallIntegerField(_("rang de l’étape"), default=-1)
    phase_began_at = models.DateTimeField(_("étape commencée à"), null=True, blank=True)
    ends_at = models.DateTimeField(_("fin prévue de l’étape"), null=True, blank=True)
    left_seconds = models.IntegerField(_("temps qui reste, horloge arrêtée"), null=True, blank=True)
    tools = models.JSONField(_("outils ouverts ou fermés"), default=dict, blank=True)
    last_number = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("préparée par"),
    )
    created_at = models.DateTimeField(_("préparée le"), default=timezone.now)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    purge_on = models.DateField(_("effacée le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("contenu effacé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("salle")
        verbose_name_plural = _("salles")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["purpose", "purpose_id"], name="room_purpose"),
            models.Index(fields=["purge_on"], name="room_purge"),
            models.Index(fields=["state", "ends_at"], name="room_clock"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoomState.values), name="room_state_known"),
            models.CheckConstraint(condition=Q(phase__gte=-1), name="room_phase_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(left_seconds__isnull=True), name="room_clock_runs_or_is_stopped"
            ),
            models.CheckConstraint(
                condition=Q(state=RoomState.CLOSED, closed_at__isnull=False)
                | (~Q(state=RoomState.CLOSED) & Q(closed_at__isnull=True)),
                name="room_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        """Never its title: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("rooms:room", args=[self.code])

    @cached_property
    def sheet(self) -> Sheet:
        return phases.kept(self.content)

    @property
    def current(self) -> Phase | None:
        """The present phase; None before the first and after the end."""
        inside = self.state == RoomState.OPEN and 0 <= self.phase < len(self.sheet.phases)
        return self.sheet.phases[self.phase] if inside else None

    def opens(self, tool: str) -> bool:
        """Whether this tool is open now: what the facilitation said last, else what the phase says."""
        phase = self.current
        return phase is not None and bool(self.tools.get(tool, tool in phase.tools))

    def has(self, tool: str) -> bool:
        """Whether a phase of its run sheet opens this tool."""
        return any(tool in phase.tools for phase in self.sheet.phases)

    @property
    def is_open(self) -> bool:
        return self.state == RoomState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == RoomState.CLOSED


class Event(models.Model):
    """An act kept, under its number in the room. Written once; `data` names rows and holds no typed text.

    `act` is what the sender called it: the same act sent twice is one event.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="events", verbose_name=_("salle"))
    number = models.PositiveBigIntegerField(_("numéro"))
    at = models.DateTimeField(_("à"))
    kind = models.CharField(_("sorte"), max_length=12, choices=EventKind.choices)
    participant = models.ForeignKey(
        "rooms.Participant", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    phase = models.CharField(_("étape"), max_length=40, blank=True)
    data = models.JSONField(_("ce dont il s’agit"), default=dict)
    act = models.UUIDField(_("acte"), null=True, blank=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="event_number_once_per_room"),
            models.UniqueConstraint(fields=["room", "act"], name="event_act_once_per_room"),
            models.CheckConstraint(condition=Q(number__gte=1), name="event_numbers_begin_at_one"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
