"""Addresses of kits: launched, followed, taken away."""

from django.urls import URLPattern, path, re_path

from alliage.library.views import kits

NUMBER = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("ressources/kits-lances/", kits.runs, name="kit_runs"),
    re_path(rf"^ressources/kits-lances/{NUMBER}/$", kits.run, name="kit_run"),
    re_path(rf"^ressources/kits-lances/{NUMBER}/reglages/$", kits.settings, name="kit_run_settings"),
    re_path(rf"^ressources/kits-lances/{NUMBER}\.(?P<extension>pdf|docx|odt)$", kits.run_format, name="kit_run_format"),
    re_path(rf"^ressources/{NUMBER}/lancer/$", kits.launch, name="kit_launch"),
    re_path(rf"^ressources/{NUMBER}/derouler/$", kits.roll, name="kit_roll"),
    re_path(rf"^ressources/{NUMBER}/emporter/$", kits.take, name="kit_take"),
    re_path(rf"^ressources/{NUMBER}-(?P<slug>[-\w]+)/kit\.zip$", kits.kit_zip, name="kit_zip"),
]
