"""Addresses of `questionnaires`: an opening for whoever has its link, for those who hold it, on paper; barometers."""

from django.urls import URLPattern, URLResolver, re_path

from alliage.questionnaires import views
from alliage.questionnaires.ballots import views as ballots
from alliage.questionnaires.barometers import views as barometers

app_name = "questionnaires"
BAROMETER = r"^barometres/(?P<slug>[-\w]{1,120})"
NUMBER = r"(?P<pk>[0-9]{1,18})"
PAPER = rf"^questionnaires/consultations/{NUMBER}/papier"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^questionnaires/consultations/{NUMBER}/$", views.opening, name="opening"),
    re_path(rf"^questionnaires/consultations/{NUMBER}/reponses\.csv$", views.table, name="table"),
    re_path(rf"{PAPER}/$", ballots.paper, name="paper"),
    re_path(rf"{PAPER}/bulletins\.pdf$", ballots.ballots, name="paper_sheets"),
    re_path(rf"{PAPER}/(?P<number>[0-9]{{1,18}})/$", ballots.ballot, name="paper_slip"),
    re_path(rf"{PAPER}/(?P<number>[0-9]{{1,18}})/(?P<code>[a-z0-9_-]{{1,40}})\.jpg$", ballots.line, name="paper_line"),
    re_path(r"^questionnaires/(?P<secret>[-\w]{1,80})/$", views.answer, name="answer"),
    re_path(r"^barometres/$", barometers.index, name="barometers"),
    re_path(r"^barometres\.(?P<extension>csv|json|rss)$", barometers.export, name="barometers_data"),
    re_path(r"^barometres/nouveau/$", barometers.begin, name="barometer_new"),
    re_path(rf"{BAROMETER}/$", barometers.barometer, name="barometer"),
    re_path(rf"{BAROMETER}\.(?P<extension>csv|json|rss)$", barometers.export, name="barometer_data"),
    re_path(rf"{BAROMETER}/modifier/$", barometers.describe, name="barometer_edit"),
    re_path(rf"{BAROMETER}/consultations/$", barometers.from_opening, name="barometer_from_opening"),
    re_path(rf"{BAROMETER}/chiffres/nouveau/$", barometers.figure_new, name="figure_new"),
    re_path(rf"{BAROMETER}/chiffres/{NUMBER}/$", barometers.figure_edit, name="figure_edit"),
]
