from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "alliage.taxonomy"
    label = "taxonomy"
