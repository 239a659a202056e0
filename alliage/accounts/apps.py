from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "alliage.accounts"
    label = "accounts"
