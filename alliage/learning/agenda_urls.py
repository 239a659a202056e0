"""Addresses of « mon agenda »: the page, its secret link, what a calendar follows."""

from django.urls import URLPattern, re_path

from alliage.learning.views import agenda

urlpatterns: list[URLPattern] = [
    re_path(r"^mon-agenda/$", agenda.agenda, name="agenda"),
    re_path(r"^mon-agenda/lien/$", agenda.link, name="agenda_link"),
    re_path(r"^mon-agenda/(?P<token>[-\w]{1,120})\.ics$", agenda.feed, name="agenda_feed"),
]
