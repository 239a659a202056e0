"""Addresses of those who prepare a Rencontre: the grid, imports, cloning, speakers, retro-planning."""

from django.urls import URLPattern, re_path

from alliage.events.views import clones, grid, organising, planning, programme_imports, sequence_edit, speaker_desk

DAY = r"^rencontres/(?P<slug>[-\w]{1,120})"
PREPARE = rf"{DAY}/preparer"
ONE = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{PREPARE}/$", organising.organise, name="organise"),
    re_path(rf"{PREPARE}/reglages/$", organising.settings, name="organise_settings"),
    re_path(rf"{PREPARE}/etat/$", organising.state, name="organise_state"),
    re_path(rf"{PREPARE}/programme/$", grid.grid, name="grid"),
    re_path(rf"{PREPARE}/programme/temps/(?:{ONE}/)?$", grid.temps, name="temps_edit"),
    re_path(rf"{PREPARE}/programme/nouvelle/$", sequence_edit.new, name="sequence_new"),
    re_path(rf"{PREPARE}/programme/importer/$", programme_imports.upload, name="programme_import"),
    re_path(rf"{PREPARE}/programme/coller/$", programme_imports.paste, name="programme_paste"),
    re_path(rf"{PREPARE}/sequences/{ONE}/$", sequence_edit.edit, name="sequence_edit"),
    re_path(rf"{PREPARE}/contenus/{ONE}/$", sequence_edit.item, name="item_edit"),
    re_path(rf"{PREPARE}/intervenants/$", speaker_desk.speakers, name="speakers"),
    re_path(rf"{PREPARE}/intervenants/{ONE}/$", speaker_desk.speaker, name="speaker_edit"),
    re_path(rf"{PREPARE}/partenaires/{ONE}/$", speaker_desk.partner, name="partner_edit"),
    re_path(rf"{PREPARE}/repetitions/$", speaker_desk.rehearsals, name="rehearsals"),
    re_path(rf"{PREPARE}/retroplanning/$", planning.planning, name="planning"),
    re_path(rf"{PREPARE}/retroplanning\.ics$", planning.calendar, name="planning_ics"),
    re_path(rf"{DAY}/reprendre/$", clones.clone, name="clone"),
]
