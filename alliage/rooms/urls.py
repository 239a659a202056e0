"""Addresses of rooms: a room, its door, its acts; run sheets."""

from django.urls import path, re_path

from alliage.rooms import run_sheet_urls
from alliage.rooms.views import acts, captions, desks, preparing
from alliage.rooms.views import notes as notes_views
from alliage.rooms.views import rooms as views

CODE = r"(?P<code>[a-z0-9]{10})"
app_name = "rooms"
urlpatterns = [
    path("salles/", preparing.index, name="index"),
    path("salles/preparer/", preparing.prepare, name="prepare"),
    re_path(rf"^salles/{CODE}/$", views.room, name="room"),
    re_path(rf"^salles/{CODE}/agir/$", acts.act, name="act"),
    re_path(rf"^salles/{CODE}/projeter/$", views.projector, name="projector"),
    re_path(rf"^salles/{CODE}/minuteur/$", views.timer, name="timer"),
    re_path(rf"^salles/{CODE}/parler/$", desks.speaker, name="speaker"),
    re_path(rf"^salles/{CODE}/moderer/$", desks.moderation, name="moderation"),
    re_path(rf"^salles/{CODE}/discussion/$", desks.chat, name="chat"),
    re_path(rf"^salles/{CODE}/suivre/$", views.stay, name="stay"),
    re_path(rf"^salles/{CODE}/transcription/$", captions.transcript, name="transcript"),
    re_path(rf"^salles/{CODE}/transcription\.(?P<kind>txt|vtt)$", captions.transcript_file, name="transcript_file"),
    re_path(rf"^salles/{CODE}/code.svg$", preparing.qr, name="qr"),
    re_path(rf"^salles/{CODE}/notes\.(?P<extension>md|html|docx|txt)$", notes_views.take, name="notes"),
    *run_sheet_urls.urlpatterns,
]
