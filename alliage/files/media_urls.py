"""Addresses of the pictures of editorial pages, below `MEDIA_URL`."""

from django.urls import URLPattern, URLResolver, path

from alliage.files import views

urlpatterns: list[URLPattern | URLResolver] = [path("<path:path>", views.media, name="media")]
