"""Addresses of ui: the charter, the components, and model pages composed from them."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliage.ui import views

app_name = "ui"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.charter, name="charter"),
    path("composants/", views.components, name="components"),
    re_path(r"^pages/(?P<kind>liste|fiche|formulaire)/$", views.model_page, name="model_page"),
]
