from django.apps import AppConfig


class FormatsConfig(AppConfig):
    name = "alliage.formats"
    label = "formats"
