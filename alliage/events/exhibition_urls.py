"""Addresses of the exhibition of territories."""

from django.urls import URLPattern, re_path

from alliage.events.views import exhibition, panels

SHOW = r"^rencontres/(?P<slug>[-\w]{1,120})/exposition"
PANEL = rf"{SHOW}/(?P<pk>[0-9]{{1,18}})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{SHOW}/$", exhibition.exhibition, name="exhibition"),
    re_path(rf"{SHOW}/proposer/$", panels.propose, name="panel_new"),
    re_path(rf"{SHOW}/organiser/$", panels.organise, name="panels"),
    re_path(rf"{PANEL}/$", exhibition.panel, name="panel"),
    re_path(rf"{PANEL}/modifier/$", panels.edit, name="panel_edit"),
]
