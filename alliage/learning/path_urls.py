"""Addresses of paths: the list and its formats, a path, its steps, its workshop; one's own; those who edit them; attestations."""

from django.urls import URLPattern, path, re_path

from alliage.learning.views import following, path_completed, path_editor, paths, steps

PATH = "parcours/<slug:slug>"
STEP = f"{PATH}/etapes/<slug:key>"
EDITED = r"^parcours/gestion/(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("parcours/", paths.index, name="paths"),
    re_path(r"^parcours\.(?P<extension>csv|json|rss)$", paths.export, name="paths_data"),
    path("mes-parcours/", following.mine, name="my_paths"),
    path("parcours/gestion/", path_editor.index, name="path_editor"),
    path("parcours/gestion/nouveau/", path_editor.new, name="path_new"),
    re_path(rf"{EDITED}/$", path_editor.edit, name="path_edit"),
    re_path(rf"{EDITED}/geste/$", path_editor.act, name="path_edit_act"),
    re_path(rf"{EDITED}/etapes/nouvelle/$", path_editor.step_new, name="path_step_new"),
    re_path(rf"{EDITED}/etapes/(?P<key>[-\w]{{1,40}})/$", path_editor.step_edit, name="path_step_edit"),
    path(f"{PATH}/", paths.path, name="path"),
    path(f"{PATH}.json", paths.path_json, name="path_json"),
    path(f"{PATH}/atelier/", paths.workshop, name="path_workshop"),
    path(f"{PATH}/atelier.pdf", paths.workshop_pdf, name="path_workshop_pdf"),
    path(f"{PATH}/suivre/", following.follow, name="path_follow"),
    path(f"{PATH}/geste/", following.act, name="path_act"),
    path(f"{PATH}/fiche/", path_completed.practice, name="path_practice"),
    path(f"{PATH}/attestation.pdf", path_completed.attestation, name="path_attestation"),
    path(f"{STEP}/", steps.step, name="step"),
    path(f"{STEP}/garder/", steps.keep, name="step_keep"),
    path("attestations/parcours/<slug:code>/", path_completed.check, name="path_check"),
    path("attestations/parcours/<slug:code>.json", path_completed.badge, name="path_badge"),
]
