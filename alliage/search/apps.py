from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "alliage.search"
    label = "search"

    def ready(self) -> None:
        from alliage.search import checks  # noqa: F401 registered by being imported
