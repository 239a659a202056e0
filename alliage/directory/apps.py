from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "alliage.directory"
    label = "directory"
    verbose_name = _("annuaire, demandes et annonces")
