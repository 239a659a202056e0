"""Addresses of diagnostics: the landing page, the method, tries, those of a file, the personal links that answer."""

from django.urls import URLPattern, path, re_path

from alliage.learning.views import answering, diagnostics, tries

FILE = r"^diagnostic/dossiers/(?P<pk>[0-9]{1,18})"
ONE = rf"{FILE}/diagnostics/(?P<number>[0-9]{{1,9}})"
urlpatterns: list[URLPattern] = [
    path("diagnostic/", diagnostics.home, name="home"),
    path("diagnostic/methode/", diagnostics.method, name="method"),
    re_path(
        r"^diagnostic/methode/(?P<lever>[a-z-]{1,40})-(?P<rank>[0-9]{1,4})/$", diagnostics.statement, name="statement"
    ),
    path("diagnostic/essai/", tries.begin, name="try"),
    path("diagnostic/rejoindre/<str:token>/", tries.join, name="join"),
    path("diagnostic/repondre/<str:token>/", answering.answer, name="answer"),
    path("diagnostic/repondre/<str:token>/garder/", tries.keep, name="try_keep"),
    re_path(rf"{FILE}/diagnostics/nouveau/$", diagnostics.new, name="diagnostic_new"),
    re_path(rf"{ONE}/$", diagnostics.diagnostic, name="diagnostic"),
    re_path(rf"{ONE}/geste/$", diagnostics.act, name="diagnostic_act"),
    re_path(rf"{ONE}/ma-reponse/$", diagnostics.answer_mine, name="answer_mine"),
    re_path(rf"{ONE}/terminer/$", diagnostics.close, name="diagnostic_close"),
]
