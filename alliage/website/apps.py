from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "alliage.website"
    label = "website"
