from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "alliage.operations"
    label = "operations"

    def ready(self) -> None:
        from alliage.operations.quicker_migrations import hasten

        hasten()
