from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from alliage.ui import tags


class UiConfig(AppConfig):
    name = "alliage.ui"
    label = "ui"

    def ready(self) -> None:
        # Every folder's registers.py fills the registries of the folders below it (alliage/registry.py).
        autodiscover_modules("registers")
        tags.install()
