"""Addresses of accounts: sign-in, second factor, invitations, my account."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.urls")),
]
