"""Addresses of run sheets, of the facilitator's sheet of a room, and of the end of a rehearsal."""

from django.urls import URLPattern, path, re_path

from alliage.rooms.views import editing_run_sheets as editing
from alliage.rooms.views import rehearsals, run_sheets

NUMBER = r"(?P<pk>[0-9]{1,18})"
PHASE = r"(?P<code>[a-z][a-z0-9_]{0,39})"
CODE = r"(?P<code>[a-z0-9]{10})"
urlpatterns: list[URLPattern] = [
    path("salles/deroules/", run_sheets.run_sheets, name="run_sheets"),
    path("salles/deroules/nouveau/", run_sheets.new, name="run_sheet_new"),
    re_path(rf"^salles/deroules/{NUMBER}/$", run_sheets.run_sheet, name="run_sheet"),
    re_path(rf"^salles/deroules/{NUMBER}\.pdf$", run_sheets.run_sheet_pdf, name="run_sheet_pdf"),
    re_path(rf"^salles/deroules/{NUMBER}\.json$", run_sheets.run_sheet_json, name="run_sheet_json"),
    re_path(rf"^salles/deroules/{NUMBER}/reprendre/$", run_sheets.clone, name="run_sheet_clone"),
    re_path(rf"^salles/deroules/{NUMBER}/modifier/$", editing.edit, name="run_sheet_edit"),
    re_path(rf"^salles/deroules/{NUMBER}/modifier/{PHASE}/$", editing.phase, name="run_sheet_phase"),
    re_path(rf"^salles/deroules/{NUMBER}/supprimer/$", editing.drop, name="run_sheet_drop"),
    re_path(rf"^salles/{CODE}/fiche\.pdf$", run_sheets.room_pdf, name="room_pdf"),
    re_path(rf"^salles/{CODE}/effacer/$", rehearsals.erase, name="rehearsal_erase"),
]
