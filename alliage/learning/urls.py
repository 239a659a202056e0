"""Addresses of `learning`, one file per noun: the file of a territory first."""

from django.urls import URLPattern, URLResolver

from alliage.learning import (
    advice_urls,
    agenda_urls,
    cohort_urls,
    diagnostic_urls,
    file_urls,
    needs_urls,
    paper_urls,
    path_urls,
    plan_urls,
    result_urls,
)

app_name = "learning"
urlpatterns: list[URLPattern | URLResolver] = [
    *file_urls.urlpatterns,
    *diagnostic_urls.urlpatterns,
    *result_urls.urlpatterns,
    *plan_urls.urlpatterns,
    *advice_urls.urlpatterns,
    *path_urls.urlpatterns,
    *agenda_urls.urlpatterns,
    *cohort_urls.urlpatterns,
    *paper_urls.urlpatterns,
    *needs_urls.urlpatterns,
]
