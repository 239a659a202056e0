from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CodevConfig(AppConfig):
    name = "alliage.codev"
    label = "codev"
    verbose_name = _("groupes, séances et entraide")
