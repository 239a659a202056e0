"""Addresses of Rencontres and of their programme, in pages and in formats."""

from django.urls import URLPattern, path, re_path

from alliage.events.views import programmes, rencontres, sequences

DAY = r"^rencontres/(?P<slug>[-\w]{1,120})"
SEQUENCE = rf"{DAY}/sequences/(?P<pk>[0-9]{{1,18}})"
urlpatterns: list[URLPattern] = [
    path("rencontres/", rencontres.index, name="rencontres"),
    re_path(rf"{DAY}/$", rencontres.rencontre, name="rencontre"),
    re_path(rf"{DAY}/programme/$", programmes.programme, name="programme"),
    re_path(rf"{DAY}/programme\.(?P<extension>ics|json|csv|xcal)$", programmes.export, name="programme_data"),
    re_path(rf"{SEQUENCE}/$", sequences.sequence, name="sequence"),
    re_path(rf"{SEQUENCE}\.ics$", sequences.ics, name="sequence_ics"),
]
