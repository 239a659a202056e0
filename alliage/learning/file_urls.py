"""Addresses of files: mine, one, its people, hand-over; those that ask to be accompanied."""

from django.urls import URLPattern, path, re_path

from alliage.learning.views import files, people

FILE = r"^diagnostic/dossiers/(?P<pk>[0-9]{1,18})"
OTHER = r"(?P<number>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("diagnostic/dossiers/", files.index, name="files"),
    path("diagnostic/dossiers/nouveau/", files.new, name="file_new"),
    path("diagnostic/dossiers/a-confier/", people.left, name="files_left"),
    re_path(rf"{FILE}/$", files.file, name="file"),
    re_path(rf"{FILE}/moyens/$", files.means, name="file_means"),
    re_path(rf"{FILE}/histoire/$", files.history, name="file_history"),
    re_path(rf"{FILE}/entrer/$", files.ask, name="file_ask"),
    re_path(rf"{FILE}/ne-plus-entrer/$", files.take_back, name="file_take_back"),
    re_path(rf"{FILE}/personnes/$", people.people, name="file_people"),
    re_path(rf"{FILE}/personnes/{OTHER}/$", people.person, name="file_person"),
    re_path(rf"{FILE}/demandes/{OTHER}/$", people.waiting, name="file_waiting"),
    re_path(rf"{FILE}/quitter/$", people.leave, name="file_leave"),
    re_path(rf"{FILE}/confier/$", people.hand_over, name="file_hand_over"),
    path("diagnostic/invitation/<str:token>/", people.invitation, name="file_invitation"),
    path("diagnostic/accompagnement/", files.accompaniment, name="accompaniment"),
    re_path(r"^diagnostic/accompagnement/(?P<pk>[0-9]{1,18})/$", files.accompany, name="accompany"),
]
