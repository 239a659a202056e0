"""Workshops: the board of a theme, the sub-groups of each session and who sits there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models.programme import Sequence
from alliage.events.models.registrations import Attendee
from alliage.events.workshop_enums import BoardState
from alliage.rooms.models import Room

MOST_VOTES = 20
MOST_SUBGROUPS = 40


class Board(models.Model):
    """The needs of one workshop, shared with its mirrors: `sequence` is the workshop that is no mirror.

    `votes_each`: how many needs one person may choose. `last_number` numbers the needs, under the lock of this row.
    """

    sequence = models.OneToOneField(Sequence, models.CASCADE, related_name="board", verbose_name=_("atelier"))
    state = models.CharField(_("état"), max_length=6, choices=BoardState.choices, default=BoardState.OPEN)
    votes_each = models.PositiveSmallIntegerField(_("voix par personne"), default=5)
    last_number = models.PositiveIntegerField(_("dernier numéro"), default=0)
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    closed_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("arrêté par")
    )

    class Meta:
        verbose_name = _("tableau des besoins")
        verbose_name_plural = _("tableaux des besoins")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BoardState.values), name="board_state_known"),
            models.CheckConstraint(condition=Q(votes_each__range=(1, MOST_VOTES)), name="board_votes_within_reason"),
            models.CheckConstraint(
                condition=Q(state=BoardState.OPEN, closed_at__isnull=True)
                | Q(state=BoardState.CLOSED, closed_at__isnull=False),
                name="board_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("events:board", args=[self.sequence_id])

    @property
    def is_open(self) -> bool:
        return self.state == BoardState.OPEN


class Subgroup(models.Model):
    """Some of those who take part in one session, with a room and a page of their own. `gathered_at`: when the room’s needs last came back."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="subgroups", verbose_name=_("séance"))
    rank = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("nom"), max_length=120)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("animation")
    )
    rapporteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rapport")
    )
    room = models.OneToOneField(
        Room, models.SET_NULL, null=True, blank=True, related_name="subgroup", verbose_name=_("salle")
    )
    gathered_at = models.DateTimeField(_("besoins repris le"), null=True, blank=True)

    class Meta:
        verbose_name = _("sous-groupe")
        verbose_name_plural = _("sous-groupes")
        ordering = ["sequence", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "rank"], name="subgroup_rank_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="subgroup_has_a_title"),
            models.CheckConstraint(condition=Q(rank__range=(1, MOST_SUBGROUPS)), name="subgroup_rank_within_reason"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:subgroup", args=[self.sequence_id, self.rank])


class SubgroupSeat(models.Model):
    """Who sits in a sub-group: one per person and session."""

    subgroup = models.ForeignKey(Subgroup, models.CASCADE, related_name="seats", verbose_name=_("sous-groupe"))
    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="+", verbose_name=_("séance"))
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="subgroup_seats", verbose_name=_("inscrit"))

    class Meta:
        verbose_name = _("place en sous-groupe")
        verbose_name_plural = _("places en sous-groupe")
        ordering = ["subgroup", "pk"]
        constraints = [models.UniqueConstraint(fields=["sequence", "attendee"], name="subgroup_seat_once_per_session")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
