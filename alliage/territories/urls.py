"""Addresses of territories."""

from django.urls import path

from alliage.territories import views

app_name = "territories"
urlpatterns = [
    path("<slug:kind>/<str:code>/", views.detail, name="detail"),
]
