"""Addresses of files."""

from django.urls import URLPattern, URLResolver, path

from alliage.files import views

app_name = "files"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:file_id>/<str:name>", views.download, name="download"),
]
