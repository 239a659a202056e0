"""Addresses of moderation: report, the animators' desk, reports, decisions, log."""

from django.urls import path

from alliage.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("signaler/", views.report, name="report"),
    path("signaler/merci/", views.thanks, name="thanks"),
    path("signalements/", views.reports, name="reports"),
    path("signalements/<int:pk>/", views.report_detail, name="report_detail"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
    path("journal/", views.log, name="log"),
    path("journal.csv", views.log_csv, name="log_csv"),
]
