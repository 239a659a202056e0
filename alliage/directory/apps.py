from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "alliage.directory"
    label = "directory"
