"""Addresses of jobs."""

from django.urls import URLPattern, URLResolver, path

from alliage.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("<uuid:job_id>/", views.detail, name="detail"),
    path("<uuid:job_id>/annuler/", views.cancel, name="cancel"),
]
