"""Needs of a board: their words and versions, who said them, where they come from, who chose them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models.programme import Sequence
from alliage.events.models.registrations import Attendee
from alliage.events.models.workshops import MOST_VOTES, Board, Subgroup
from alliage.events.workshop_enums import LinkKind, NeedState, Priority

LONGEST = {
    "role": 160,
    "wish": 600,
    "aim": 400,
    "example": 1000,
    "constraint": 1000,
    "needed_data": 1000,
    "open_point": 1000,
    "objection": 1000,
}


class Need(models.Model):
    """« En tant que `role`, j’ai besoin de `wish` afin de `aim` ». Only `wish` is required: what is typed in a hurry is kept as it is.

    `session` is where it was said: the workshop or one of its mirrors, which nothing shown tells apart. `edition` grows at each change of
    its words. `act` is what its sender called it: the same sent twice is one need; a card that comes back from a room has one of its own.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="needs", verbose_name=_("tableau"))
    number = models.PositiveIntegerField(_("numéro"))
    session = models.ForeignKey(
        Sequence, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("séance")
    )
    subgroup = models.ForeignKey(
        Subgroup, models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("sous-groupe")
    )
    role = models.CharField(_("en tant que"), max_length=LONGEST["role"], blank=True)
    wish = models.CharField(_("j’ai besoin de"), max_length=LONGEST["wish"])
    aim = models.CharField(_("afin de"), max_length=LONGEST["aim"], blank=True)
    example = models.TextField(_("exemple"), blank=True)
    constraint = models.TextField(_("contrainte"), blank=True)
    needed_data = models.TextField(_("donnée nécessaire"), blank=True)
    open_point = models.TextField(_("point non tranché"), blank=True)
    objection = models.TextField(_("objection"), blank=True)
    priority = models.CharField(_("priorité"), max_length=8, choices=Priority.choices, default=Priority.UNSORTED)
    state = models.CharField(_("état"), max_length=10, choices=NeedState.choices, default=NeedState.LIVE)
    edition = models.PositiveIntegerField(_("version"), default=1)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    act = models.UUIDField(_("acte"), null=True, blank=True)
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("besoin")
        verbose_name_plural = _("besoins")
        ordering = ["board", "number"]
        indexes = [models.Index(fields=["board", "state", "priority"], name="need_column")]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="workshop_need_number_unique"),
            models.UniqueConstraint(fields=["board", "act"], name="workshop_need_act_once"),
            models.CheckConstraint(condition=~Q(wish=""), name="workshop_need_says_something"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="workshop_need_priority_known"),
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="workshop_need_state_known"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="workshop_need_edition_begins_at_one"),
        ]

    def __str__(self) -> str:
        """Never its words: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("events:need", args=[self.board.sequence_id, self.number])

    @property
    def is_live(self) -> bool:
        return self.state == NeedState.LIVE


class NeedVersion(models.Model):
    """The words of a need as they stood, before they were changed."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="versions", verbose_name=_("besoin"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("texte"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changé par")
    )
    attendee = models.ForeignKey(
        Attendee, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changé par l’inscrit")
    )
    at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("version d’un besoin")
        verbose_name_plural = _("versions d’un besoin")
        ordering = ["need", "-number"]
        constraints = [models.UniqueConstraint(fields=["need", "number"], name="need_version_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class NeedAuthor(models.Model):
    """Who said it, by the name that they gave; empty when they asked not to be named, or left. `is_public`: the name may stand in what is published."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="authors", verbose_name=_("besoin"))
    name = models.CharField(_("nom"), max_length=120, blank=True)
    is_public = models.BooleanField(_("nommé dans ce qui est publié"), default=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="authored_needs",
        verbose_name=_("membre"),
    )
    attendee = models.ForeignKey(
        Attendee,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="authored_needs",
        verbose_name=_("inscrit"),
    )

    class Meta:
        verbose_name = _("auteur d’un besoin")
        verbose_name_plural = _("auteurs d’un besoin")
        ordering = ["need", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "member"], condition=Q(member__isnull=False), name="need_author_once_by_member"
            ),
            models.UniqueConstraint(
                fields=["need", "attendee"], condition=Q(attendee__isnull=False), name="need_author_once_by_attendee"
            ),
            models.CheckConstraint(condition=Q(is_public=False) | ~Q(name=""), name="need_author_public_has_a_name"),
        ]

    def __str__(self) -> str:
        """Never a name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class NeedLink(models.Model):
    """`source` became `target`, which was written after it: a lineage never turns back on itself."""

    source = models.ForeignKey(Need, models.CASCADE, related_name="became", verbose_name=_("besoin d’origine"))
    target = models.ForeignKey(Need, models.CASCADE, related_name="came_from", verbose_name=_("besoin qui en est né"))
    kind = models.CharField(_("comment"), max_length=6, choices=LinkKind.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fait par")
    )
    at = models.DateTimeField(_("fait le"), default=timezone.now)

    class Meta:
        verbose_name = _("lignée d’un besoin")
        verbose_name_plural = _("lignées des besoins")
        ordering = ["target", "source"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="need_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="need_link_kind_known"),
            models.CheckConstraint(condition=Q(source__lt=F("target")), name="need_link_goes_forward"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class NeedVote(models.Model):
    """A need chosen by someone: an attendee, or a member who holds the workshop without being registered.

    `slot` is which of their choices it is, from 1 to `Board.votes_each`; None once the need is another’s words: the choice is theirs again.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="votes", verbose_name=_("tableau"))
    need = models.ForeignKey(Need, models.CASCADE, related_name="votes", verbose_name=_("besoin"))
    attendee = models.ForeignKey(
        Attendee, models.CASCADE, null=True, blank=True, related_name="need_votes", verbose_name=_("inscrit")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="need_votes",
        verbose_name=_("membre"),
    )
    slot = models.PositiveSmallIntegerField(_("rang du choix"), null=True, blank=True)

    class Meta:
        verbose_name = _("voix")
        verbose_name_plural = _("voix")
        constraints = [
            models.CheckConstraint(
                condition=Q(attendee__isnull=False, member__isnull=True)
                | Q(attendee__isnull=True, member__isnull=False),
                name="need_vote_of_one_person",
            ),
            models.UniqueConstraint(
                fields=["need", "attendee"], condition=Q(attendee__isnull=False), name="need_vote_once_by_attendee"
            ),
            models.UniqueConstraint(
                fields=["need", "member"], condition=Q(member__isnull=False), name="need_vote_once_by_member"
            ),
            models.UniqueConstraint(
                fields=["board", "attendee", "slot"],
                condition=Q(attendee__isnull=False, slot__isnull=False),
                name="need_vote_slot_once_by_attendee",
            ),
            models.UniqueConstraint(
                fields=["board", "member", "slot"],
                condition=Q(member__isnull=False, slot__isnull=False),
                name="need_vote_slot_once_by_member",
            ),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot__range=(1, MOST_VOTES)), name="need_vote_slot_within_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
