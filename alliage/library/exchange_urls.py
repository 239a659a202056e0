"""Addresses of the library: what other sites read of it, and what it reads of them."""

from django.urls import URLPattern, path, re_path

from alliage.library.views import exchange, oai

urlpatterns: list[URLPattern] = [
    path("oai", oai.harvest, name="oai"),
    path("ressources/donnees/", exchange.data, name="data"),
    path("ressources/donnees.zip", exchange.data_file, name="data_file"),
    path("ressources/liens/", exchange.dead_links, name="dead_links"),
    re_path(r"^ressources/liens/(?P<pk>[0-9]{1,18})/controler/$", exchange.check_link, name="check_link"),
    re_path(r"^ressources/(?P<pk>[0-9]{1,18})/prendre-la-suite/$", exchange.take_over, name="take_over"),
]
