"""Addresses of `writing`."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliage.writing import views

app_name = "writing"
ONE = "ecrits/<uuid:document_id>"
UUID = "(?P<document_id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ONE}/", views.document, name="document"),
    re_path(rf"^ecrits/{UUID}\.(?P<extension>md|html|docx|txt)$", views.export, name="export"),
    path(f"{ONE}/versions/", views.versions, name="versions"),
    re_path(rf"^ecrits/{UUID}/versions/(?P<pk>[0-9]{{1,18}})/$", views.version, name="version"),
    path(f"{ONE}/reglages/", views.settings, name="settings"),
]
