"""Addresses of `questionnaires`: an opening for whoever has its link, and for those who hold it."""

from django.urls import URLPattern, URLResolver, re_path

from alliage.questionnaires import views

app_name = "questionnaires"
NUMBER = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^questionnaires/consultations/{NUMBER}/$", views.opening, name="opening"),
    re_path(rf"^questionnaires/consultations/{NUMBER}/reponses\.csv$", views.table, name="table"),
    re_path(r"^questionnaires/(?P<secret>[-\w]{1,80})/$", views.answer, name="answer"),
]
