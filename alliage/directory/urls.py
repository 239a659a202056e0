"""Addresses of the directory: the page and its exports answer the same filters."""

from django.urls import path, re_path

from alliage.directory import views

app_name = "directory"
urlpatterns = [
    path("annuaire/", views.index, name="index"),
    re_path(r"^annuaire\.(?P<extension>csv|json|geojson|rss)$", views.export, name="export"),
    path("annuaire/organisations/<slug:slug>/", views.organisation, name="organisation"),
]
