"""Addresses of reviews, help wanted, renewal, versions."""

from django.urls import path, re_path

from alliage.library.views import help as helps
from alliage.library.views import renewal, reviews, versions

_NUMBER = r"(?P<pk>[0-9]{1,18})"
_NAMED = rf"^ressources/{_NUMBER}-(?P<slug>[-\w]+)/"

urlpatterns = [
    path("ressources/relecture/", reviews.queue, name="review_queue"),
    re_path(r"^ressources/relecture\.(?P<extension>csv|json)$", reviews.queue_export, name="review_queue_export"),
    path("ressources/a-relire/", reviews.to_review, name="to_review"),
    re_path(rf"^ressources/relecture/{_NUMBER}/$", reviews.review, name="review"),
    re_path(rf"^ressources/relecture/{_NUMBER}/changements/$", reviews.changes, name="review_changes"),
    path("ressources/coups-de-main/", helps.index, name="help"),
    re_path(r"^ressources/coups-de-main\.(?P<extension>csv|json|rss)$", helps.export, name="help_export"),
    re_path(rf"^ressources/coups-de-main/{_NUMBER}/$", helps.answer, name="help_answer"),
    re_path(rf"^ressources/coups-de-main/{_NUMBER}/clore/$", helps.close, name="help_close"),
    re_path(rf"^ressources/{_NUMBER}/coups-de-main/$", helps.ask, name="help_ask"),
    path("ressources/toujours-exact/<str:token>/", renewal.still_right, name="still_right"),
    path("ressources/a-actualiser/", renewal.desk, name="renewal_desk"),
    re_path(rf"^ressources/{_NUMBER}/tenir-a-jour/$", renewal.tend, name="tend"),
    re_path(rf"^ressources/{_NUMBER}/plus-exact/$", renewal.doubt, name="doubt"),
    re_path(rf"^ressources/plus-exact/{_NUMBER}/$", renewal.doubt_answer, name="doubt_answer"),
    re_path(
        rf"^ressources/{_NUMBER}/versions/(?P<number>[0-9]{{1,6}})/repartir/$", versions.restore, name="version_restore"
    ),
    re_path(_NAMED + r"versions/$", versions.versions, name="versions"),
    re_path(_NAMED + r"comparer/$", versions.compare, name="compare"),
]
