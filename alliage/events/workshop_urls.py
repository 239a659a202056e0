"""Addresses of workshops: sub-groups, boards of needs, cards on paper, the wall, specifications and what became of their needs."""

from django.urls import URLPattern, re_path

from alliage.events.views import boards, followups, need_cards, needs, specifications, walls, workshops

WORKSHOP = r"^ateliers/(?P<pk>[0-9]{1,18})"
NEED = rf"{WORKSHOP}/besoins/(?P<number>[0-9]{{1,9}})"
PAPER = rf"{WORKSHOP}/besoins/papier"
SPECIFICATION = r"^cahiers/(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{WORKSHOP}/$", workshops.workshop, name="workshop"),
    re_path(rf"{WORKSHOP}/preparer/$", workshops.prepare, name="workshop_prepare"),
    re_path(rf"{WORKSHOP}/sous-groupes/(?P<rank>[0-9]{{1,4}})/$", workshops.subgroup, name="subgroup"),
    re_path(rf"{WORKSHOP}/besoins/$", boards.board, name="board"),
    re_path(rf"{WORKSHOP}/besoins\.csv$", boards.export, name="board_csv"),
    re_path(rf"{WORKSHOP}/besoins/geste/$", boards.act, name="board_act"),
    re_path(rf"{WORKSHOP}/besoins/fusionner/$", needs.merge, name="need_merge"),
    re_path(rf"{PAPER}/$", need_cards.paper, name="need_paper"),
    re_path(rf"{PAPER}/cartes\.pdf$", need_cards.cards, name="need_paper_sheets"),
    re_path(rf"{PAPER}/(?P<number>[0-9]{{1,18}})/$", need_cards.card, name="need_paper_slip"),
    re_path(rf"{NEED}/$", needs.need, name="need"),
    re_path(rf"{NEED}/modifier/$", needs.change, name="need_change"),
    re_path(rf"{NEED}/separer/$", needs.split, name="need_split"),
    re_path(rf"{NEED}/geste/$", needs.act, name="need_act"),
    re_path(rf"{WORKSHOP}/mur/$", walls.wall, name="wall"),
    re_path(rf"{WORKSHOP}/cahier/$", specifications.make, name="specification_make"),
    re_path(rf"{SPECIFICATION}/$", specifications.specification, name="specification"),
    re_path(rf"{SPECIFICATION}\.(?P<extension>pdf|docx|odt|csv)$", specifications.export, name="specification_data"),
    re_path(rf"{SPECIFICATION}/modifier/$", specifications.edit, name="specification_edit"),
    re_path(rf"{SPECIFICATION}/geste/$", specifications.act, name="specification_act"),
    re_path(
        rf"{SPECIFICATION}/versions/(?P<number>[0-9]{{1,9}})/$", specifications.version, name="specification_version"
    ),
    re_path(rf"{SPECIFICATION}/partir/$", specifications.adapt, name="specification_adapt"),
    re_path(rf"{SPECIFICATION}/suites/$", followups.followup, name="followup"),
    re_path(rf"{SPECIFICATION}/suites\.csv$", followups.export, name="followup_csv"),
]
