"""Addresses of « la vue des besoins »: the page, its data, what a territory decides."""

from django.urls import URLPattern, path, re_path

from alliage.learning.file_urls import FILE
from alliage.learning.views import needs

urlpatterns: list[URLPattern] = [
    path("diagnostic/besoins/", needs.index, name="needs"),
    path("diagnostic/besoins.csv", needs.data, name="needs_data"),
    re_path(rf"{FILE}/besoins/$", needs.decide, name="file_needs"),
]
