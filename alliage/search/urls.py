"""Addresses of the search."""

from django.urls import path

from alliage.search import views

app_name = "search"
urlpatterns = [
    path("recherche/", views.index, name="index"),
    path("recherche.json", views.as_json, name="json"),
    path("recherche/choisir.json", views.choose, name="choose"),
    path("recherche/suggestions.json", views.suggest, name="suggest"),
    path("recherche/opensearch.xml", views.description, name="description"),
]
