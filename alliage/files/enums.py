"""Words of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a file is, found from its content."""

    IMAGE = "image", _("image")
    DOCUMENT = "document", _("document")
    TABLE = "table", _("tableau")


class TextState(models.TextChoices):
    """Whether the text of a document was read."""

    NONE = "none", _("sans texte à lire")
    WAITING = "waiting", _("lecture du texte en attente")
    READ = "read", _("texte lu")
    FAILED = "failed", _("texte illisible")
