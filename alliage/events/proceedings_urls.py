"""Addresses of proceedings, of the accounts of sequences and of the satisfaction survey."""

from django.urls import URLPattern, re_path

from alliage.events.views import after, minutes, proceedings, surveys

ACTS = r"^rencontres/(?P<slug>[-\w]{1,120})/actes"
urlpatterns: list[URLPattern] = [
    re_path(rf"{ACTS}/$", proceedings.proceedings, name="proceedings"),
    re_path(rf"{ACTS}\.pdf$", proceedings.pdf_now, name="proceedings_pdf"),
    re_path(rf"{ACTS}/version-(?P<number>[0-9]{{1,6}})/$", proceedings.version, name="proceedings_version"),
    re_path(rf"{ACTS}/version-(?P<number>[0-9]{{1,6}})\.pdf$", proceedings.version_pdf, name="proceedings_version_pdf"),
    re_path(rf"{ACTS}/preparer/$", minutes.prepare, name="proceedings_prepare"),
    re_path(rf"{ACTS}/sequences/(?P<pk>[0-9]{{1,18}})/$", minutes.write, name="minutes"),
    re_path(rf"{ACTS}/sequences/(?P<pk>[0-9]{{1,18}})/transcription/$", proceedings.transcript, name="transcript"),
    re_path(r"^rencontres/(?P<slug>[-\w]{1,120})/sequences/(?P<pk>[0-9]{1,18})/ensuite/$", after.after, name="after"),
    re_path(r"^agenda/(?P<slug>[-\w]{1,120})/avis/$", surveys.survey, name="survey"),
]
