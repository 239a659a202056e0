"""Addresses of collections and of recommendations."""

from django.urls import URLPattern, path, re_path

from alliage.library.views import collections, recommendations

NUMBER = r"(?P<pk>[0-9]{1,18})"
LINK = "ressources/collections/lien/<str:token>"
urlpatterns: list[URLPattern] = [
    path("ressources/recommander/", recommendations.recommend, name="recommend"),
    path("ressources/recommandations/", recommendations.index, name="recommendations"),
    re_path(rf"^ressources/recommandations/{NUMBER}/$", recommendations.recommendation, name="recommendation"),
    path("ressources/recommandations/lien/<str:token>/", recommendations.by_link, name="recommendation_link"),
    re_path(rf"^ressources/{NUMBER}/garder/$", collections.keep, name="keep"),
    path("ressources/mes-collections/", collections.mine, name="my_collections"),
    re_path(rf"^ressources/mes-collections/{NUMBER}/$", collections.edit, name="my_collection"),
    re_path(rf"^ressources/mes-collections/{NUMBER}/reglages/$", collections.settings, name="collection_settings"),
    re_path(
        rf"^ressources/mes-collections/{NUMBER}\.(?P<extension>csv|json)$",
        collections.my_export,
        name="my_collection_export",
    ),
    path("ressources/collections/", collections.index, name="collections"),
    path(f"{LINK}/", collections.by_link, name="collection_link"),
    path(f"{LINK}/emporter/", collections.link_take, name="collection_link_take"),
    path(f"{LINK}/archive.zip", collections.link_archive, name="collection_link_zip"),
    re_path(
        r"^ressources/collections/lien/(?P<token>[-\w]+)\.(?P<extension>csv|json)$",
        collections.link_export,
        name="collection_link_export",
    ),
    re_path(rf"^ressources/collections/{NUMBER}/emporter/$", collections.take, name="collection_take"),
    re_path(rf"^ressources/collections/{NUMBER}/archive\.zip$", collections.archive, name="collection_zip"),
    re_path(rf"^ressources/collections/{NUMBER}-(?P<slug>[-\w]+)/$", collections.collection, name="collection"),
    re_path(
        rf"^ressources/collections/{NUMBER}-(?P<slug>[-\w]+)\.(?P<extension>csv|json)$",
        collections.export,
        name="collection_export",
    ),
]
