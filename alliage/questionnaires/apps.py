from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "alliage.questionnaires"
    label = "questionnaires"
