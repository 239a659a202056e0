"""Addresses that exist in demonstration mode only: read the mails that were kept."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
