"""Groups of peers: codev groups, thematic groups, cohorts. What their page says to everyone, and what it keeps for them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import CODEV_FEWEST, CODEV_MOST, GROUP_MOST, Access, GroupKind, GroupState, Rhythm


class Group(models.Model):
    """Everyone reads `name`, `text`, `kind`, `seats`, `rhythm`, `access`; members alone read the rest.

    `member_count` counts active memberships, under the lock of this row: it is what keeps a group within its seats.
    `excluded_categories`: codes of the categories of members that may not join. `charter_version` grows at each change
    of the charter, and each member accepts a version. `reopened_at`: when it last came back from its end. `dormant_told_at`: when
    its members were told that it sleeps, once for each sleep.
    """

    kind = models.CharField(_("nature"), max_length=10, choices=GroupKind.choices, default=GroupKind.CODEV)
    name = models.CharField(_("nom"), max_length=120)
    text = models.TextField(_("de quoi il s’agit"), blank=True)
    access = models.CharField(_("accès"), max_length=8, choices=Access.choices, default=Access.REQUEST)
    state = models.CharField(_("état"), max_length=8, choices=GroupState.choices, default=GroupState.ACTIVE)
    seats = models.PositiveSmallIntegerField(_("places"), default=CODEV_MOST)
    member_count = models.PositiveSmallIntegerField(_("membres"), default=0)
    rhythm = models.PositiveSmallIntegerField(_("rythme"), choices=Rhythm.choices, default=Rhythm.FREE)
    excluded_categories = models.JSONField(_("catégories qui n’y entrent pas"), default=list, blank=True)
    charter = models.TextField(_("charte"), blank=True)
    charter_version = models.PositiveSmallIntegerField(_("version de la charte"), default=1)
    video_url = models.URLField(_("lien de visioconférence"), max_length=300, blank=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    closed_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("rouvert le"), null=True, blank=True)
    dormant_told_at = models.DateTimeField(_("sommeil dit le"), null=True, blank=True)

    class Meta:
        verbose_name = _("groupe")
        verbose_name_plural = _("groupes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=GroupKind.values), name="group_kind_known"),
            models.CheckConstraint(condition=Q(access__in=Access.values), name="group_access_known"),
            models.CheckConstraint(condition=Q(state__in=GroupState.values), name="group_state_known"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="group_rhythm_known"),
            models.CheckConstraint(condition=Q(member_count__lte=F("seats")), name="group_within_its_seats"),
            models.CheckConstraint(
                condition=Q(kind=GroupKind.CODEV, seats__range=(CODEV_FEWEST, CODEV_MOST))
                | (~Q(kind=GroupKind.CODEV) & Q(seats__range=(2, GROUP_MOST))),
                name="group_seats_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=GroupState.CLOSED, closed_at__isnull=False)
                | (~Q(state=GroupState.CLOSED) & Q(closed_at__isnull=True)),
                name="group_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        """Never its name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:group", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name)[:60].strip("-") or "groupe"

    @property
    def is_codev(self) -> bool:
        return self.kind == GroupKind.CODEV

    @property
    def is_active(self) -> bool:
        return self.state == GroupState.ACTIVE

    @property
    def free_seats(self) -> int:
        return self.seats - self.member_count
