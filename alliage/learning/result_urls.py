"""Addresses of results: the page of a file's diagnostic, what one takes away, the result of a try."""

from django.urls import URLPattern, path, re_path

from alliage.learning.views import results

RESULT = r"^diagnostic/dossiers/(?P<number>[0-9]{1,18})/diagnostics/(?P<rank>[0-9]{1,9})/resultat"
urlpatterns: list[URLPattern] = [
    re_path(rf"{RESULT}/$", results.result, name="result"),
    re_path(rf"{RESULT}\.(?P<form>pdf|docx|pptx|csv|json)$", results.export, name="result_export"),
    path("diagnostic/repondre/<str:token>/resultat/", results.try_result, name="try_result"),
    path("diagnostic/discuter-de-nos-ecarts/", results.talk, name="result_talk"),
]
