"""Addresses of cohorts: the list, one and its shared space, asking for a place, one year after, the facilitator's board, a territory's line."""

from django.urls import URLPattern, path, re_path

from alliage.learning.views import cohort_board, cohort_editor, cohort_later, cohorts

COHORT = "cohortes/<slug:slug>"
urlpatterns: list[URLPattern] = [
    path("cohortes/", cohorts.index, name="cohorts"),
    path("cohortes/nouvelle/", cohort_editor.new, name="cohort_new"),
    path(f"{COHORT}/", cohorts.cohort, name="cohort"),
    path(f"{COHORT}/demander/", cohorts.ask, name="cohort_ask"),
    path(f"{COHORT}/geste/", cohorts.act, name="cohort_act"),
    path(f"{COHORT}/modifier/", cohort_editor.edit, name="cohort_edit"),
    path(f"{COHORT}/dates/", cohort_editor.date, name="cohort_date"),
    path(f"{COHORT}/suivi/", cohort_board.board, name="cohort_board"),
    path(f"{COHORT}/suivi/geste/", cohort_board.act, name="cohort_board_act"),
    path(f"{COHORT}/suivi.csv", cohort_board.data, name="cohort_board_data"),
    re_path(r"^cohortes/(?P<slug>[-\w]{1,120})/suivi/(?P<pk>[0-9]{1,18})/$", cohort_board.line, name="cohort_line"),
    re_path(
        r"^cohortes/(?P<slug>[-\w]{1,120})/un-an-apres/(?P<pk>[0-9]{1,18})/$", cohort_later.later, name="cohort_later"
    ),
]
