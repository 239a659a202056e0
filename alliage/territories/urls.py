"""Addresses of territories; the index also answers in open formats, beside its own address."""

from django.urls import path, re_path

from alliage.territories import views

app_name = "territories"
urlpatterns = [
    path("territoires/", views.index, name="index"),
    re_path(r"^territoires\.(?P<extension>csv|json|geojson)$", views.export, name="export"),
    path("territoires/suggestions.json", views.suggest, name="suggestions"),
    path("territoires/<str:kind>/<str:code>/", views.detail, name="detail"),
]
