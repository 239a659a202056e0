"""Threads of a group: what its members write to one another, read by them alone; and how far each has read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.groups import Group
from alliage.codev.thread_texts import ReadyText


class Thread(models.Model):
    """One subject. Its text is its first message; `last_at` and `message_count` follow the messages, under its lock.

    With `is_pseudonymous`, its author is « une personne du groupe » everywhere in it; the facilitators alone know who.
    `title` is empty once its author took the opening back. `folded` is the title as the search compares it.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="threads", verbose_name=_("groupe"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    title = models.CharField(_("titre"), max_length=150, blank=True)
    folded = models.CharField(max_length=300, blank=True)
    kind = models.CharField(_("de quoi il s’agit"), max_length=10, choices=ReadyText.choices, blank=True)
    is_pseudonymous = models.BooleanField(_("posée sans dire son nom"), default=False)
    is_pinned = models.BooleanField(_("gardé en haut"), default=False)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    message_count = models.PositiveIntegerField(_("messages"), default=0)
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("ouvert le"))
    last_at = models.DateTimeField(_("dernier message le"))

    class Meta:
        verbose_name = _("échange d’un groupe")
        verbose_name_plural = _("échanges d’un groupe")
        ordering = ["-is_pinned", "-last_at", "-pk"]
        indexes = [models.Index(fields=["group", "-is_pinned", "-last_at", "-id"], name="codev_thread_list")]
        constraints = [
            models.CheckConstraint(condition=Q(kind="") | Q(kind__in=ReadyText.values), name="codev_thread_kind_known"),
            models.CheckConstraint(
                condition=Q(last_at__gte=models.F("created_at")), name="codev_thread_last_after_first"
            ),
            models.UniqueConstraint(
                fields=["group", "sent_key"], condition=~Q(sent_key=""), name="codev_thread_sent_once"
            ),
        ]

    def __str__(self) -> str:
        """Never its title: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:thread", args=[self.group_id, self.pk])

    @property
    def label(self) -> str:
        return self.title or str(_("Échange retiré par la personne qui l’avait ouvert"))

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ThreadRead(models.Model):
    """How far a member has read a thread: shown to nobody else."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="reads", verbose_name=_("échange"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    position = models.PositiveIntegerField(_("dernier message lu"))

    class Meta:
        verbose_name = _("marque de lecture")
        verbose_name_plural = _("marques de lecture")
        constraints = [models.UniqueConstraint(fields=["thread", "member"], name="codev_thread_read_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ThreadDraft(models.Model):
    """What a member typed and did not send, for one place of a group (`queries.threads.place_of`): read by her alone.

    `kept` is a column of `ui.drafts`, with her draft only.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="+", verbose_name=_("groupe"))
    thread = models.ForeignKey(
        Thread, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("échange")
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    place = models.CharField(_("où"), max_length=40)
    kept: "models.JSONField[Any, Any]" = models.JSONField(_("ce qui est tapé"), default=dict)
    saved_at = models.DateTimeField(_("gardé le"))

    class Meta:
        verbose_name = _("brouillon d’un échange")
        verbose_name_plural = _("brouillons d’échanges")
        constraints = [models.UniqueConstraint(fields=["member", "place"], name="codev_thread_draft_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
