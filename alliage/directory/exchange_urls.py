"""Addresses of the exchange with other tools."""

from django.urls import re_path

from alliage.directory.views import complete

urlpatterns = [
    re_path(r"^annuaire/exports/complet\.(?P<extension>csv|xlsx|json)$", complete.export, name="export_complete"),
]
