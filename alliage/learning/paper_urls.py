"""Addresses of diagnostics on paper: sheets printed, photographs sent, each page confirmed, sheets typed by hand."""

from django.urls import URLPattern, re_path

from alliage.learning.views import papers

PAPER = r"^diagnostic/dossiers/(?P<pk>[0-9]{1,18})/diagnostics/(?P<number>[0-9]{1,9})/papier"
urlpatterns: list[URLPattern] = [
    re_path(rf"{PAPER}/$", papers.paper, name="paper"),
    re_path(rf"{PAPER}/feuilles\.pdf$", papers.sheets, name="paper_sheets"),
    re_path(rf"{PAPER}/saisie/$", papers.typed, name="paper_typed"),
    re_path(rf"{PAPER}/(?P<page>[0-9]{{1,18}})/$", papers.page, name="paper_page"),
    re_path(rf"{PAPER}/(?P<page>[0-9]{{1,18}})/(?P<code>[a-z0-9-]{{1,60}})\.jpg$", papers.line, name="paper_line"),
]
