"""Addresses of the site's own pages; every other address is looked for among the editorial pages."""

from django.urls import path, re_path
from wagtail.urls import serve_pattern

from alliage.website import feeds
from alliage.website.views import data, impact, letters, machines, pages, space

app_name = "website"
urlpatterns = [
    path("mon-espace/", space.space, name="space"),
    path("mon-espace/territoire/", space.find_territory, name="find_territory"),
    path("mon-espace/territoire/oublier/", space.forget_territory, name="forget_territory"),
    path("mon-espace/territoire/<slug:kind>/<str:code>/", space.choose_territory, name="choose_territory"),
    path("lettre/", letters.index, name="letters"),
    path("lettre/preparer/", letters.prepare, name="letter_prepare"),
    path("lettre/confirmer/<str:token>/", letters.confirm, name="letter_confirm"),
    path("lettre/<int:pk>/", letters.letter, name="letter"),
    path("lettre/<int:pk>/envoyer/", letters.send, name="letter_send"),
    path("impact/", impact.page, name="impact"),
    path("impact.json", impact.data, name="impact_data"),
    path("donnees/", data.page, name="data"),
    path("donnees/<slug:slug>/", data.data_list, name="data_list"),
    path("donnees/openapi.json", data.openapi, name="openapi"),
    path("actualites.rss", feeds.news, name="news_feed"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path(".well-known/security.txt", machines.security, name="security"),
    path(".well-known/change-password", machines.change_password, name="change_password"),
    re_path(serve_pattern, pages.page, name="page"),
]
