"""Addresses of the agenda: its list and feeds, the page of an event, proposing and changing one."""

from django.urls import URLPattern, path, re_path

from alliage.events.views import agenda, events

urlpatterns: list[URLPattern] = [
    path("agenda/", agenda.agenda, name="agenda"),
    re_path(r"^agenda\.(?P<extension>ics|rss|json|csv)$", agenda.agenda_data, name="agenda_data"),
    path("agenda/proposer/", events.event_new, name="event_new"),
    path("agenda/<slug:slug>.ics", events.event_ics, name="event_ics"),
    path("agenda/<slug:slug>/", events.event, name="event"),
    path("agenda/<slug:slug>/modifier/", events.event_edit, name="event_edit"),
    path("agenda/<slug:slug>/geste/", events.event_act, name="event_act"),
]
