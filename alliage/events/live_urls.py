"""Addresses of the live page of a sequence, before, during and after; of what is written then; of attestations."""

from django.urls import URLPattern, path, re_path

from alliage.events.views import attestations, contributions, live, live_rooms

urlpatterns: list[URLPattern] = [
    path("sequences/contributions/", contributions.waiting, name="contributions"),
    path("sequences/<int:pk>/direct/", live.live, name="live"),
    path("sequences/<int:pk>/direct/entrer/", live.enter, name="live_enter"),
    path("sequences/<int:pk>/direct/preparer/", live.prepare, name="live_prepare"),
    path("sequences/<int:pk>/direct/essai/", live.check, name="live_check"),
    path("sequences/<int:pk>/contribuer/", contributions.contribute, name="contribute"),
    path("sequences/<int:pk>/contribuer/<int:number>/", contributions.decide, name="contribution"),
    path("agenda/<slug:slug>/salles/", live_rooms.rooms, name="live_rooms"),
    path("agenda/<slug:slug>/attestation.pdf", attestations.by_account, name="attestation"),
    path("inscriptions/<str:token>/attestation.pdf", attestations.by_link, name="attestation"),
    re_path(r"^attestations/(?P<code>\d{1,18}-[0-9a-f]{12})/$", attestations.check, name="attestation_check"),
]
