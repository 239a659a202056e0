"""Table of contents of the site: which folder answers which address."""

from django.conf import settings
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from alliage.config.beginnings import included

handler400 = "alliage.ui.views.bad_request"
handler403 = "alliage.ui.views.permission_denied"
handler404 = "alliage.ui.views.not_found"
handler429 = "alliage.accounts.views.limits.too_many_requests"  # asked by django-allauth
handler500 = "alliage.ui.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    included("alliage.learning.urls"),
    included("alliage.codev.urls"),
    included("alliage.events.urls"),
    included("alliage.agreements.urls"),
    included("alliage.rooms.urls"),
    included("alliage.questionnaires.urls"),
    included("alliage.writing.urls"),
    included("alliage.library.urls"),
    included("alliage.directory.urls"),
    included("alliage.territories.urls"),
    included("alliage.search.urls"),
    path("compte/", include("alliage.accounts.urls")),
    path("notifications/", include("alliage.notifications.urls")),
    path("moderation/", include("alliage.moderation.urls")),
    path("reperes/", include("alliage.taxonomy.urls")),
    path("travaux/", include("alliage.jobs.urls")),
    path("imports/", include("alliage.imports.urls")),
    path("fichiers/", include("alliage.files.urls")),
    path("media/", include("alliage.files.media_urls")),
    path("charte-graphique/", include("alliage.ui.urls")),
    path("documents/", include(wagtaildocs_urls)),
    # The CMS' own door takes a password without limits nor second factor: there is one door.
    path("gestion/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("gestion/", include(wagtailadmin_urls)),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("alliage.accounts.demo_urls")))
    urlpatterns.append(path("demo/courriers/", include("alliage.notifications.demo_urls")))
if settings.DEBUG:
    urlpatterns += staticfiles_urlpatterns()
urlpatterns += [
    path("", include("alliage.website.urls")),
    path("", include(wagtail_urls)),
]
