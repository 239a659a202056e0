"""Addresses of the library: contributing."""

from django.urls import URLPattern, path, re_path

from alliage.library.views import contributing, previews, writing

NUMBER = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("ressources/proposer/", contributing.propose, name="propose"),
    path("ressources/mes-ressources/", contributing.mine, name="mine"),
    path("ressources/apercu/<str:token>/", previews.preview, name="preview"),
    path("ressources/apercu/<str:token>/fichiers/<uuid:file_id>/", previews.preview_file, name="preview_file"),
    re_path(rf"^ressources/{NUMBER}/fiche/$", contributing.card, name="card"),
    re_path(rf"^ressources/{NUMBER}/modifier/$", writing.edit, name="edit"),
    re_path(rf"^ressources/{NUMBER}/brouillon/$", writing.draft, name="draft"),
    re_path(rf"^ressources/{NUMBER}/reprendre/$", writing.take_back, name="take_back"),
    re_path(rf"^ressources/{NUMBER}/abandonner/$", writing.drop, name="drop"),
    re_path(rf"^ressources/{NUMBER}/apercus/$", previews.links, name="previews"),
]
