from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "alliage.events"
    label = "events"
