"""Addresses that exist in demonstration mode only: become a demo persona."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
