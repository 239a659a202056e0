"""Choosing a resource of the library for a page: the words of the editor are asked of the same search as everywhere."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenMultipleView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from alliage.library.models import Resource
from alliage.library.queries.resources import shown
from alliage.library.services.resources import KIND
from alliage.search.queries import choices

MOST = 30


class ResourceFilterForm(BaseFilterForm):
    """Words of a title, or the address of a page. Pages are read by everyone: only what everyone reads is found."""

    q = forms.CharField(
        label=_("Titre ou adresse de la ressource"), max_length=choices.LONGEST, required=False, strip=True
    )

    def filter(self, objects: Any) -> Any:
        words = self.cleaned_data.get("q")
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        found = choices.propose(words, viewer=AnonymousUser(), codes=(KIND,), limit=MOST)
        rows = objects.in_bulk([each.id for each in found])
        return [rows[each.id] for each in found if each.id in rows]


class _Choose:
    filter_form_class = ResourceFilterForm

    def get_object_list(self) -> QuerySet[Resource]:
        return shown().defer("content")


class ChooseResource(_Choose, ChooseView):
    pass


class ChooseResourceResults(_Choose, ChooseResultsView):
    pass


class ChosenResource(ChosenView):
    def get_object(self, pk: str) -> Resource:
        return shown().get(pk=pk)


class ChosenResources(ChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Resource]:
        return shown().filter(pk__in=pks)


class ResourceChooser(ChooserViewSet):
    model = Resource
    name = url_prefix = "ressources"
    icon = "doc-full"
    choose_one_text = _("Choisir une ressource")
    choose_another_text = _("En choisir une autre")
    edit_item_text = _("Ouvrir cette ressource")
    choose_view_class = ChooseResource
    choose_results_view_class = ChooseResourceResults
    chosen_view_class = ChosenResource
    chosen_multiple_view_class = ChosenResources


resource_chooser = ResourceChooser()
