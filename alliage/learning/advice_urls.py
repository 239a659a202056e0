"""Addresses of advice: what a territory received, one advice, proposing something."""

from django.urls import URLPattern, re_path

from alliage.learning.views import advice

ADVICE = r"^diagnostic/dossiers/(?P<number>[0-9]{1,18})/conseils"
urlpatterns: list[URLPattern] = [
    re_path(rf"{ADVICE}/$", advice.received, name="advice"),
    re_path(rf"{ADVICE}/nouveau/$", advice.new, name="advice_new"),
    re_path(rf"{ADVICE}/(?P<pk>[0-9]{{1,18}})/$", advice.one, name="advice_one"),
]
