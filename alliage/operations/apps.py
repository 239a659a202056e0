from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "alliage.operations"
    label = "operations"
