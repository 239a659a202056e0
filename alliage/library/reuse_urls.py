"""Addresses of the library: reuse, translations."""

from django.urls import URLPattern, path, re_path

from alliage.library.views import reuse, translations

NUMBER = r"(?P<pk>[0-9]{1,18})"
LANGUAGE = r"(?P<language>[a-z]{2,3})"
urlpatterns: list[URLPattern] = [
    path("ressources/retours/", reuse.suggestions, name="suggestions"),
    re_path(rf"^ressources/retours/{NUMBER}/$", reuse.answer, name="suggestion"),
    re_path(rf"^ressources/retours/{NUMBER}/retirer/$", reuse.take_back_suggestion, name="suggestion_take_back"),
    re_path(rf"^ressources/{NUMBER}/adapter/$", reuse.adapt, name="adapt"),
    re_path(rf"^ressources/{NUMBER}/lignee/$", reuse.lineage, name="lineage"),
    re_path(rf"^ressources/adaptations/{NUMBER}/retirer/$", reuse.take_back_adaptation, name="adaptation_take_back"),
    re_path(rf"^ressources/{NUMBER}/avis/$", reuse.use, name="use"),
    re_path(rf"^ressources/{NUMBER}/proposer-un-changement/$", reuse.suggest, name="suggest"),
    path("ressources/traductions-a-relire/", translations.queue, name="translation_queue"),
    re_path(rf"^ressources/{NUMBER}/traduire/$", translations.translate, name="translate"),
    re_path(rf"^ressources/{NUMBER}/traduire/{LANGUAGE}/$", translations.edit, name="translation_edit"),
    re_path(rf"^ressources/{NUMBER}/traduire/{LANGUAGE}/relire/$", translations.review, name="translation_review"),
]
