"""Addresses of notifications: what I was told, how I want it, how to stop it, mails that did not leave."""

from django.urls import path

from alliage.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notification_list, name="list"),
    path("<int:pk>/", views.open_notification, name="open"),
    path("<int:pk>/lue/", views.mark_read, name="mark_read"),
    path("tout-lire/", views.mark_all_read, name="mark_all_read"),
    path("preferences/", views.preferences, name="preferences"),
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("envois/", views.failed_mails, name="failed_mails"),
    path("envois/<int:pk>/", views.decide_failed_mail, name="decide_failed_mail"),
]
