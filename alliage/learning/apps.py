from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "alliage.learning"
    label = "learning"
