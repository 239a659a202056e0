from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "alliage.rooms"
    label = "rooms"
