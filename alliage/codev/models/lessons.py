"""A session's lesson on its way to the library: written, masked and signed by its client alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.sessions import Session
from alliage.codev.session_enums import LessonState
from alliage.library.models import Resource


class Lesson(models.Model):
    """While a draft it knows its session, and no resource; once signed it knows its resource, and no session, and keeps no text:
    no row leads from a resource to a group. `decisions`: what becomes of each name found ({key: {"do", "word"}}).
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="lessons", verbose_name=_("écrite par")
    )
    session = models.OneToOneField(
        Session, models.CASCADE, null=True, blank=True, related_name="lesson", verbose_name=_("séance")
    )
    resource = models.OneToOneField(
        Resource, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ressource")
    )
    state = models.CharField(_("état"), max_length=10, choices=LessonState.choices, default=LessonState.DRAFT)
    texts = models.JSONField(_("textes"), default=dict)
    decisions = models.JSONField(_("décisions"), default=dict)
    is_named = models.BooleanField(_("signée de son nom"), default=False)
    wording_version = models.PositiveSmallIntegerField(_("version de l’accord"), null=True, blank=True)
    created_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    signed_at = models.DateTimeField(_("signée le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("accord retiré le"), null=True, blank=True)

    class Meta:
        verbose_name = _("retour tiré d’une séance")
        verbose_name_plural = _("retours tirés de séances")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LessonState.values), name="lesson_state_known"),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(resource__isnull=True),
                name="lesson_links_no_resource_to_a_session",
            ),
            models.CheckConstraint(
                condition=Q(state=LessonState.DRAFT, signed_at__isnull=True, wording_version__isnull=True)
                | (
                    ~Q(state=LessonState.DRAFT)
                    & Q(signed_at__isnull=False, wording_version__isnull=False, session__isnull=True)
                ),
                name="lesson_signed_has_a_date_and_a_wording",
            ),
            models.CheckConstraint(
                condition=~Q(state=LessonState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="lesson_withdrawn_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:lesson", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == LessonState.DRAFT
