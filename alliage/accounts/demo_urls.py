"""Addresses that exist in demonstration mode only: become a demo persona."""

from django.urls import path

from alliage.accounts.views import demo

app_name = "accounts_demo"
urlpatterns = [
    path("devenir/", demo.become, name="become"),
]
