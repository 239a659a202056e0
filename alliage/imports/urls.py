"""Addresses of imports."""

from django.urls import URLPattern, URLResolver, path

from alliage.imports.views import runs, sources

app_name = "imports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", runs.index, name="index"),
    path("nouveau/<str:code>/", runs.new, name="new"),
    path("nouveau/<str:code>/modele.csv", runs.model_file, name="model"),
    path("<uuid:run_id>/", runs.detail, name="detail"),
    path("<uuid:run_id>/colonnes/", runs.columns, name="columns"),
    path("<uuid:run_id>/mots/", runs.words, name="words"),
    path("<uuid:run_id>/doublons/", runs.duplicates, name="duplicates"),
    path("<uuid:run_id>/lignes/", runs.rows, name="rows"),
    path("<uuid:run_id>/compte-rendu.csv", runs.whole_report, name="report"),
    path("<uuid:run_id>/lignes-refusees.csv", runs.refused_rows, name="refused"),
    path("<uuid:run_id>/enregistrer/", runs.confirm, name="confirm"),
    path("<uuid:run_id>/colonnes/revoir/", runs.go_back, name="go_back"),
    path("<uuid:run_id>/abandonner/", runs.give_up, name="give_up"),
    path("<uuid:run_id>/annuler/", runs.undo, name="undo"),
    path("sources/", sources.index, name="sources"),
    path("sources/nouvelle/<str:code>/", sources.new, name="new_source"),
    path("sources/<int:source_id>/", sources.detail, name="source"),
    path("sources/<int:source_id>/modifier/", sources.change, name="change_source"),
    path("sources/<int:source_id>/essayer/", sources.try_out, name="try_source"),
    path("sources/<int:source_id>/lire/", sources.read, name="read_source"),
    path("sources/<int:source_id>/pause/", sources.pause, name="pause_source"),
    path("sources/<int:source_id>/reprendre/", sources.resume, name="resume_source"),
    path("sources/<int:source_id>/ne-plus-suivre/", sources.stop, name="stop_source"),
]
