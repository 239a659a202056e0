from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "alliage.library"
    label = "library"
