from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "alliage.files"
    label = "files"
