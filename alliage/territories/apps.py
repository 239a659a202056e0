from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "alliage.territories"
    label = "territories"
