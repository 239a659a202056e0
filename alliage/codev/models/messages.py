"""Messages of a thread, what they were before they were changed, their files, whom they call, and the calm signs given to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.threads import Thread
from alliage.files.models import StoredFile
from alliage.library.models import Resource


class ReactionKind(models.TextChoices):
    """Few, and calm: counted, never named."""

    THANKS = "thanks", _("merci")
    CONFIRM = "confirm", _("je confirme")


class Message(models.Model):
    """`position` counts from 1 in its thread, the opening. `removed_at`: taken back, its text is gone and its place stays.

    `is_hidden`: by a facilitator, or by the moderation; its author and the facilitators still read it. `folded` is the
    text as the search of the group compares it. `resource`: one of the library that goes with it; nothing of the group is said there.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages", verbose_name=_("échange"))
    position = models.PositiveIntegerField(_("rang"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrit par")
    )
    text = models.TextField(_("texte"), blank=True)
    folded = models.TextField(blank=True)
    resource = models.ForeignKey(
        Resource, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ressource liée")
    )
    is_answer = models.BooleanField(_("réponse retenue"), default=False)
    is_hidden = models.BooleanField(_("masqué"), default=False)
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("écrit le"))
    edited_at = models.DateTimeField(_("changé le"), null=True, blank=True)
    removed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    class Meta:
        verbose_name = _("message d’un groupe")
        verbose_name_plural = _("messages d’un groupe")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="codev_message_one_per_place"),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(is_answer=True), name="codev_message_one_answer_kept"
            ),
            models.UniqueConstraint(
                fields=["thread", "sent_key"], condition=~Q(sent_key=""), name="codev_message_sent_once"
            ),
            models.CheckConstraint(condition=Q(position__gt=0), name="codev_message_counts_from_one"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) & ~Q(text="")
                | Q(removed_at__isnull=False, text="", folded="", is_answer=False),
                name="codev_message_says_something_or_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(resource__isnull=True), name="codev_message_gone_links_nothing"
            ),
            models.CheckConstraint(
                condition=~Q(is_answer=True) | Q(position__gt=1, is_hidden=False),
                name="codev_message_opening_is_no_answer",
            ),
        ]

    def __str__(self) -> str:
        """Never what it says: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.thread.get_absolute_url()}?message={self.position}#message-{self.position}"

    @property
    def is_opening(self) -> bool:
        return self.position == 1

    @property
    def is_pseudonymous(self) -> bool:
        """Whether its author said nothing of her name in this thread: it is the one who asked."""
        return self.thread.is_pseudonymous and (self.is_opening or self.author_id == self.thread.author_id)


class MessageVersion(models.Model):
    """What a message said until `replaced_at`."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions", verbose_name=_("message"))
    text = models.TextField(_("texte"))
    replaced_at = models.DateTimeField(_("changé le"))

    class Meta:
        verbose_name = _("version d’un message")
        verbose_name_plural = _("versions d’un message")
        ordering = ["-replaced_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="codev_message_version_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class MessageFile(models.Model):
    """A file that goes with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files", verbose_name=_("message"))
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+", verbose_name=_("fichier"))

    class Meta:
        verbose_name = _("fichier d’un message")
        verbose_name_plural = _("fichiers d’un message")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Mention(models.Model):
    """A member whom a message calls: told at once."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions", verbose_name=_("message"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["message", "member"], name="codev_mention_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Reaction(models.Model):
    """« Merci », « je confirme »: one of each per member."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", verbose_name=_("message"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    kind = models.CharField(_("signe"), max_length=8, choices=ReactionKind.choices)

    class Meta:
        verbose_name = _("signe")
        verbose_name_plural = _("signes")
        constraints = [
            models.UniqueConstraint(fields=["message", "member", "kind"], name="codev_reaction_once"),
            models.CheckConstraint(condition=Q(kind__in=ReactionKind.values), name="codev_reaction_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class MessageFlag(models.Model):
    """Someone asks the facilitators to look at a message; they alone know that it was asked, and never by whom."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="flags", verbose_name=_("message"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    created_at = models.DateTimeField(_("le"))
    settled_at = models.DateTimeField(_("regardé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("message montré à la facilitation")
        verbose_name_plural = _("messages montrés à la facilitation")
        constraints = [models.UniqueConstraint(fields=["message", "member"], name="codev_message_flag_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
