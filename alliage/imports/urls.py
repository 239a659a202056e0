"""Addresses of imports."""

from django.urls import URLPattern, URLResolver, path

from alliage.imports import views

app_name = "imports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("nouveau/<str:code>/", views.new, name="new"),
    path("nouveau/<str:code>/modele.csv", views.model_file, name="model"),
    path("<uuid:run_id>/", views.detail, name="detail"),
    path("<uuid:run_id>/colonnes/", views.columns, name="columns"),
    path("<uuid:run_id>/lignes-refusees.csv", views.refused_rows, name="refused"),
    path("<uuid:run_id>/enregistrer/", views.confirm, name="confirm"),
    path("<uuid:run_id>/colonnes/revoir/", views.go_back, name="go_back"),
    path("<uuid:run_id>/abandonner/", views.give_up, name="give_up"),
]
