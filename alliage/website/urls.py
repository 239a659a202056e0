"""Addresses of the site's own pages that are not editorial."""

from django.urls import URLPattern, URLResolver

app_name = "website"
urlpatterns: list[URLPattern | URLResolver] = []
