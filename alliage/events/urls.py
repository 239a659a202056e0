"""Addresses of `events`: the agenda first; each noun has its own file."""

from django.urls import URLPattern, URLResolver

from alliage.events import (
    agenda_urls,
    exhibition_urls,
    live_urls,
    organising_urls,
    proceedings_urls,
    programme_urls,
    registration_urls,
    speaker_urls,
    workshop_urls,
)

app_name = "events"
urlpatterns: list[URLPattern | URLResolver] = [
    *agenda_urls.urlpatterns,
    *programme_urls.urlpatterns,
    *registration_urls.urlpatterns,
    *organising_urls.urlpatterns,
    *speaker_urls.urlpatterns,
    *live_urls.urlpatterns,
    *workshop_urls.urlpatterns,
    *exhibition_urls.urlpatterns,
    *proceedings_urls.urlpatterns,
]
