"""Addresses of freshness and of what members know; `urls.py` takes them first, so that no slug hides them."""

from django.urls import path, re_path

from alliage.directory.views import freshness, knowledge

_ENTRY = r"^annuaire/(?P<kinds>catalyseurs|organisations|equipes)/(?P<slug>[-\w]+)/"

urlpatterns = [
    path("annuaire/toujours-exact/<str:token>/", freshness.still_right, name="still_right"),
    path("annuaire/a-confirmer/", freshness.desk, name="to_confirm"),
    path("annuaire/a-confirmer/<slug:slug>/", freshness.desk_entry, name="to_confirm_entry"),
    path("annuaire/inexactes/", knowledge.desk, name="outdated_desk"),
    path("annuaire/inexactes/<int:pk>/", knowledge.answer, name="outdated"),
    re_path(_ENTRY + r"confirmer/$", freshness.confirm, name="confirm"),
    re_path(_ENTRY + r"connaitre/$", knowledge.say_known, name="say_known"),
    re_path(_ENTRY + r"inexacte/$", knowledge.say_outdated, name="say_outdated"),
    re_path(_ENTRY + r"reprendre/$", knowledge.take_back, name="take_back"),
]
