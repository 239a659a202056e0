from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "alliage.jobs"
    label = "jobs"
