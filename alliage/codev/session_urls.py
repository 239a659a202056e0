"""Addresses of sessions: before, live, after; commitments; lessons on their way to the library."""

from django.urls import URLPattern, path, re_path

from alliage.codev.views import commitments, lessons, session_resources, session_subjects, session_words, sessions

GROUP = r"^codev/groupes/(?P<pk>[0-9]{1,18})"
SESSION = rf"{GROUP}/rencontres/(?P<number>[0-9]{{1,18}})/seance"
SUBJECT = r"sujets/(?P<which>[0-9]{1,18})"
LESSON = r"^codev/retours/(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{GROUP}/seances/$", sessions.index, name="sessions"),
    re_path(rf"{GROUP}/seances/conservation/$", sessions.keep, name="sessions_keep"),
    re_path(rf"{SESSION}/$", sessions.session, name="session"),
    re_path(rf"{SESSION}/preparer/$", sessions.prepare, name="session_prepare"),
    re_path(rf"{SESSION}/ouvrir/$", sessions.open_in_writing, name="session_open"),
    re_path(rf"{SESSION}/observer/$", sessions.observe, name="session_observe"),
    re_path(rf"{SESSION}/effacer/$", sessions.erase, name="session_erase"),
    re_path(rf"{SESSION}/sujets/nouveau/$", session_subjects.new, name="session_subject_new"),
    re_path(rf"{SESSION}/{SUBJECT}/$", session_subjects.subject, name="session_subject"),
    re_path(rf"{SESSION}/{SUBJECT}/geste/$", session_subjects.act, name="session_subject_act"),
    re_path(rf"{SESSION}/ressources/$", session_resources.link, name="session_resource_link"),
    re_path(
        rf"{SESSION}/ressources/(?P<which>[0-9]{{1,18}})/retirer/$",
        session_resources.unlink,
        name="session_resource_unlink",
    ),
    re_path(rf"{SESSION}/engagements/$", commitments.commitments, name="session_commitments"),
    re_path(rf"{SESSION}/appris/$", session_words.learn, name="session_learn"),
    re_path(rf"{SESSION}/avis/$", session_words.rate, name="session_rate"),
    re_path(rf"{SESSION}/partager/$", lessons.begin, name="lesson_begin"),
    re_path(r"^codev/seances/lien/(?P<token>[-\w:]{1,300})/$", sessions.link, name="session_link"),
    path("codev/retours/", lessons.index, name="lessons"),
    re_path(rf"{LESSON}/$", lessons.lesson, name="lesson"),
    re_path(rf"{LESSON}/masquer/$", lessons.mask, name="lesson_mask"),
    re_path(rf"{LESSON}/signer/$", lessons.sign, name="lesson_sign"),
    re_path(rf"{LESSON}/abandonner/$", lessons.give_up, name="lesson_give_up"),
    re_path(rf"{LESSON}/retirer/$", lessons.withdraw, name="lesson_withdraw"),
]
