"""Addresses that exist in demonstration mode only: read the mails that were kept."""

from django.urls import path

from alliage.notifications import demo_views

app_name = "kept_mails"
urlpatterns = [
    path("", demo_views.kept_mail_list, name="list"),
    path("<str:name>/", demo_views.kept_mail, name="mail"),
]
