from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "alliage.writing"
    label = "writing"
