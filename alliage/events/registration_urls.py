"""Addresses of those who come: registering, one’s own programme, the organiser’s list."""

from django.urls import URLPattern, path, re_path

from alliage.events.views import attendees, my_programme, registrations

EVENT = r"^agenda/(?P<slug>[-a-z0-9]{1,120})"
MINE = r"^inscriptions/(?P<token>[-\w]{1,120})"
OTHER = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{EVENT}/inscription/$", registrations.register, name="register"),
    re_path(rf"{EVENT}/inscription/merci/$", registrations.thanks, name="registered"),
    re_path(rf"{MINE}/$", registrations.registration, name="registration"),
    re_path(rf"{MINE}\.ics$", registrations.registration_ics, name="registration_ics"),
    path("mon-programme/", my_programme.programme, name="my_programme"),
    path("mon-programme/lien/", my_programme.link, name="my_programme_link"),
    re_path(r"^mon-programme/(?P<token>[-\w]{1,120})\.ics$", my_programme.feed, name="my_programme_feed"),
    re_path(rf"^sequences/{OTHER}/etoile/$", my_programme.star, name="star"),
    re_path(rf"{EVENT}/inscrits/$", attendees.attendees, name="attendees"),
    re_path(rf"{EVENT}/inscrits\.(?P<extension>csv|xlsx)$", attendees.export, name="attendees_export"),
    re_path(rf"{EVENT}/inscrits/ajouter/$", attendees.add, name="attendee_add"),
    re_path(rf"{EVENT}/inscrits/places/$", attendees.capacity, name="attendees_capacity"),
    re_path(rf"{EVENT}/inscrits/ecrire/$", attendees.write, name="attendees_write"),
    re_path(rf"{EVENT}/inscrits/{OTHER}/$", attendees.attendee, name="attendee"),
]
