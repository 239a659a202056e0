from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "alliage.website"
    label = "website"

    def ready(self) -> None:
        from alliage.website import checks  # noqa: F401 registered by being imported
