from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "alliage.moderation"
    label = "moderation"
