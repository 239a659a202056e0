"""Addresses of speakers and partners, by their personal link."""

from django.urls import URLPattern, re_path

from alliage.events.views import speakers

LINK = r"^intervenants/(?P<token>[-\w]{1,120})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{LINK}/$", speakers.speaker, name="speaker"),
    re_path(rf"{LINK}/brouillon/$", speakers.draft, name="speaker_draft"),
    re_path(rf"{LINK}/(?P<what>photo|diapositives)/$", speakers.kept, name="speaker_file"),
]
