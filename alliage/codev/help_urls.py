"""Addresses of « Entraide »."""

from django.urls import URLPattern, path, re_path

from alliage.codev.views import answers, asking, bringing, questions, watch

QUESTION = r"^entraide/(?P<pk>[0-9]{1,18})"
ANSWER = r"^entraide/reponses/(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("entraide/", questions.index, name="questions"),
    re_path(r"^entraide\.(?P<extension>csv|json|rss)$", questions.export, name="questions_export"),
    path("entraide/poser/", asking.new, name="question_new"),
    path("entraide/existe/", asking.similar, name="question_similar"),
    re_path(r"^entraide/brouillon/(?P<place>question|reponse-[0-9]{1,18})/$", asking.draft, name="help_draft"),
    path("entraide/pour-moi/", watch.for_me, name="questions_for_me"),
    path("entraide/veille/", watch.watch, name="question_watch"),
    path("entraide/sujets/", watch.subjects, name="question_subjects"),
    re_path(rf"{QUESTION}-(?P<slug>[-\w]+)/$", questions.question, name="question"),
    re_path(rf"{QUESTION}/modifier/$", asking.edit, name="question_edit"),
    re_path(rf"{QUESTION}/textes/$", questions.texts, name="question_texts"),
    re_path(rf"{QUESTION}/repondre/$", answers.give, name="question_answer"),
    re_path(rf"{QUESTION}/suite/$", questions.act, name="question_act"),
    re_path(rf"{QUESTION}/pour-moi/$", watch.reply, name="question_reply"),
    re_path(rf"{QUESTION}/groupe/$", bringing.bring, name="question_bring"),
    re_path(rf"{ANSWER}/$", answers.act, name="answer_act"),
    re_path(rf"{ANSWER}/modifier/$", answers.edit, name="answer_edit"),
    re_path(rf"{ANSWER}/completer/$", answers.complete, name="answer_complete"),
    re_path(rf"{ANSWER}/ressource/$", answers.resource, name="answer_resource"),
    re_path(
        r"^entraide/complements/(?P<pk>[0-9]{1,18})/retirer/$", answers.withdraw_complement, name="complement_withdraw"
    ),
]
