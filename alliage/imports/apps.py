from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "alliage.imports"
    label = "imports"
