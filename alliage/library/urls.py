"""Addresses of the library: the list, one resource; each noun has its own file."""

from django.urls import path, re_path

from alliage.library import (
    collection_urls,
    contributing_urls,
    exchange_urls,
    kit_urls,
    reuse_urls,
    review_urls,
)
from alliage.library.views import formats, lists, resources

app_name = "library"
urlpatterns = [
    path("ressources/", lists.index, name="index"),
    re_path(r"^ressources\.(?P<extension>csv|xlsx|json|rss)$", lists.export, name="export"),
    *contributing_urls.urlpatterns,
    *review_urls.urlpatterns,
    *kit_urls.urlpatterns,
    *collection_urls.urlpatterns,
    *reuse_urls.urlpatterns,
    *exchange_urls.urlpatterns,
    re_path(r"^ressources/(?P<pk>[0-9]{1,18})/$", resources.permanent, name="permanent"),
    re_path(
        r"^ressources/(?P<pk>[0-9]{1,18})/versions/(?P<number>[0-9]{1,6})/$",
        resources.permanent_version,
        name="permanent_version",
    ),
    re_path(r"^ressources/(?P<pk>[0-9]{1,18})-(?P<slug>[-\w]+)/$", resources.resource, name="resource"),
    re_path(
        r"^ressources/(?P<pk>[0-9]{1,18})-(?P<slug>[-\w]+)/versions/(?P<number>[0-9]{1,6})/$",
        resources.version,
        name="version",
    ),
    re_path(
        r"^ressources/(?P<pk>[0-9]{1,18})-(?P<slug>[-\w]+)/versions/(?P<number>[0-9]{1,6})\.(?P<extension>bib|ris)$",
        formats.version,
        name="version_format",
    ),
    re_path(
        r"^ressources/(?P<pk>[0-9]{1,18})-(?P<slug>[-\w]+)\.(?P<extension>pdf|docx|odt|json|bib|ris)$",
        formats.one,
        name="format",
    ),
]
