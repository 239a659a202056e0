"""Addresses of `codev`: groups first; each noun has its own file."""

from django.urls import URLPattern, URLResolver

from alliage.codev import composing_urls, group_urls, help_urls, session_urls, thread_urls

app_name = "codev"
urlpatterns: list[URLPattern | URLResolver] = [
    *group_urls.urlpatterns,
    *composing_urls.urlpatterns,
    *thread_urls.urlpatterns,
    *help_urls.urlpatterns,
    *session_urls.urlpatterns,
]
