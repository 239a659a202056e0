"""Addresses of the threads of a group, of their messages, of what is being typed there."""

from django.urls import URLPattern, re_path

from alliage.codev.views import messages, thread_drafts, threads, widenings

GROUP = r"^codev/groupes/(?P<pk>[0-9]{1,18})"
NUMBER = r"(?P<number>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{GROUP}/echanges/$", threads.index, name="threads"),
    re_path(rf"{GROUP}/echanges/nouveau/$", threads.new, name="thread_new"),
    re_path(rf"{GROUP}/echanges/brouillon/$", thread_drafts.of_group, name="thread_new_draft"),
    re_path(rf"{GROUP}/echanges/courriels/$", threads.mails, name="thread_mails"),
    re_path(rf"{GROUP}/echanges/{NUMBER}/$", threads.thread, name="thread"),
    re_path(rf"{GROUP}/echanges/{NUMBER}/brouillon/$", thread_drafts.of_thread, name="thread_draft"),
    re_path(rf"{GROUP}/echanges/{NUMBER}/geste/$", threads.act, name="thread_act"),
    re_path(rf"{GROUP}/echanges/{NUMBER}/elargir/$", widenings.widen, name="thread_widen"),
    re_path(rf"{GROUP}/echanges/{NUMBER}/elargir/demander/$", widenings.ask, name="thread_widen_ask"),
    re_path(rf"{GROUP}/messages/{NUMBER}/partager/$", widenings.carry, name="message_carry"),
    re_path(rf"{GROUP}/messages/{NUMBER}/geste/$", messages.act, name="message_act"),
    re_path(rf"{GROUP}/messages/{NUMBER}/modifier/$", messages.edit, name="message_edit"),
    re_path(rf"{GROUP}/messages/{NUMBER}/brouillon/$", thread_drafts.of_message, name="message_draft"),
    re_path(rf"{GROUP}/messages/{NUMBER}/retirer/$", messages.take_back, name="message_take_back"),
    re_path(rf"{GROUP}/messages/{NUMBER}/versions/$", messages.versions, name="message_versions"),
]
