from django.apps import AppConfig


class CodevConfig(AppConfig):
    name = "alliage.codev"
    label = "codev"
