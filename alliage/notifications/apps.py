from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "alliage.notifications"
    label = "notifications"
