"""Addresses of the directory: the page and its exports answer the same filters."""

from django.urls import path, re_path

from alliage.directory import embed_urls, exchange_urls, freshness_urls, profile_urls
from alliage.directory.views import (
    alerts,
    alliances,
    coverage,
    deeds,
    entries,
    letters,
    lists,
    needs,
    requests,
    supports,
)

app_name = "directory"
urlpatterns = [
    *profile_urls.urlpatterns,
    *exchange_urls.urlpatterns,
    *freshness_urls.urlpatterns,
    *embed_urls.urlpatterns,
    path("mes-preuves/", deeds.mine, name="deeds"),
    path("annuaire/", lists.index, name="index"),
    re_path(r"^annuaire\.(?P<extension>csv|xlsx|json|geojson|rss)$", lists.export, name="export"),
    re_path(r"^annuaire/(?P<kinds>catalyseurs|organisations|equipes)/(?P<slug>[-\w]+)/$", entries.entry, name="entry"),
    re_path(
        r"^annuaire/(?P<kinds>catalyseurs|organisations|equipes)/(?P<slug>[-\w]+)\.json$", entries.data, name="data"
    ),
    path("annuaire/alliances/", alliances.index, name="alliances"),
    path("annuaire/alliances/declarer/", alliances.declare, name="alliance_declare"),
    path("annuaire/alliances/<int:pk>/", alliances.detail, name="alliance"),
    path("annuaire/alliances/<int:pk>/modifier/", alliances.edit, name="alliance_edit"),
    path("annuaire/alliances/<int:pk>/repondre/", alliances.answer, name="alliance_answer"),
    re_path(r"^annuaire/alliances\.(?P<extension>csv|xlsx|json|rss)$", alliances.export, name="alliances_export"),
    path("annuaire/besoins/", needs.index, name="needs"),
    re_path(r"^annuaire/besoins\.(?P<extension>csv|xlsx|json|geojson|rss)$", needs.export, name="needs_export"),
    path("annuaire/besoins/proposer/", needs.new, name="need_new"),
    path("annuaire/besoins/suivre/<str:token>/", needs.follow, name="need_follow"),
    path("annuaire/besoins/suivre/<str:token>/modifier/", needs.follow_edit, name="need_follow_edit"),
    re_path(r"^annuaire/besoins/(?P<pk>[0-9]{1,18})-(?P<slug>[-\w]+)/$", needs.detail, name="need"),
    re_path(r"^annuaire/besoins/(?P<pk>[0-9]{1,18})/modifier/$", needs.edit, name="need_edit"),
    re_path(r"^annuaire/besoins/(?P<pk>[0-9]{1,18})/suite/$", needs.act, name="need_act"),
    re_path(r"^annuaire/organisations/(?P<slug>[-\w]+)/soutiens/$", supports.index, name="supports"),
    re_path(r"^annuaire/organisations/(?P<slug>[-\w]+)/soutiens\.csv$", supports.export, name="supports_export"),
    path("annuaire/alertes/", alerts.index, name="alerts"),
    path("annuaire/alertes/<str:token>/", alerts.alert, name="alert"),
    path("annuaire/couverture/", coverage.index, name="coverage"),
    re_path(r"^annuaire/couverture\.(?P<extension>csv|json)$", coverage.export, name="coverage_export"),
    path("annuaire/trouver/", requests.find, name="find"),
    path("annuaire/demander/", requests.ask, name="ask"),
    path("annuaire/demandes/recues/", requests.mine, name="requests_received"),
    path("annuaire/demandes/recues/<str:token>/", requests.received, name="request_received"),
    path("annuaire/demandes/a-orienter/", requests.desk, name="request_desk"),
    path("annuaire/demandes/a-orienter/<int:pk>/", requests.desk_detail, name="request_desk_detail"),
    path("annuaire/demandes/<str:token>/", requests.tracking, name="request_tracking"),
    path("annuaire/a-imprimer/", letters.index, name="letters"),
    re_path(r"^annuaire/lettres/(?P<kind>commune|epci|ept)/(?P<code>\w+)\.pdf$", letters.letter, name="letter"),
    re_path(
        r"^annuaire/a-imprimer/(?P<kind>region|departement|com)/(?P<code>\w+)\.pdf$", letters.booklet, name="booklet"
    ),
    re_path(r"^annuaire/lettres/(?P<kind>departement|com)/(?P<code>\w+)\.csv$", letters.merge, name="letters_merge"),
]
