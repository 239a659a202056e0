from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "alliage.agreements"
    label = "agreements"
