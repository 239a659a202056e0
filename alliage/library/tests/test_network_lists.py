"""The lists that the network writes itself class resources: nothing while they are empty, a facet once they are written."""

import pytest
from django.core.management import call_command
from django.http import QueryDict

from alliage.accounts.tests.factories import MemberFactory
from alliage.library import content as contents
from alliage.library import exports
from alliage.library.forms.writing import WritingForm, typed
from alliage.library.importers.columns import columns
from alliage.library.models import Resource
from alliage.library.queries.filters import parse
from alliage.library.searchable import document
from alliage.library.tests.factories import NOW, published
from alliage.taxonomy import services
from alliage.taxonomy.models import NetworkList

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    """One principle and one measure, as animators would type them. Their words are of this test alone."""
    call_command("load_taxonomy", verbosity=0)
    for code, label in (("charte", "Un principe d’essai"), ("mesures", "Une mesure d’essai")):
        network_list = NetworkList.objects.get(code=code)
        services.add_item(network_list, label=label, by=MemberFactory(), now=NOW)
        services.publish_version(network_list, note="essai", by=MemberFactory(), now=NOW)


def test_nothing_is_asked_while_a_list_is_empty():
    call_command("load_taxonomy", verbosity=0)
    assert contents.cleaned(contents.blank() | {"charter": ["inconnu"]})["charter"] == []
    assert parse(QueryDict("charte=un-principe-d-essai")).ignored == ("un-principe-d-essai",)


def test_a_resource_is_classed_found_exported_and_read_again(written):
    (principle,) = [code for code, _label in next(each for each in columns() if each.code == "charter").choices()]
    (measure,) = [code for code, _label in next(each for each in columns() if each.code == "measures").choices()]
    resource = published(charter=[principle], measures=[measure])
    assert {f"charte:{principle}", f"mesures:{measure}"} <= set(document(Resource.objects.get(pk=resource.pk)).facets)
    assert parse(QueryDict(f"charte={principle}&mesures={measure}")).values == {
        "charte": (principle,), "mesures": (measure,)
    }  # fmt: skip
    record = exports.record(resource)
    assert (record["charter"], record["measures"], record["maturity"]) == ([principle], [measure], [])


def test_what_was_published_before_a_list_existed_is_shown_as_it_is(written):
    resource = published()
    old = {name: value for name, value in resource.content.items() if name not in ("charter", "measures")}
    Resource.objects.filter(pk=resource.pk).update(content=old)
    resource.refresh_from_db()
    assert exports.record(resource)["charter"] == []
    assert not [facet for facet in document(resource).facets if facet.startswith("charte:")]


def test_who_writes_ticks_them(written):
    form = WritingForm(typed(contents.blank()))
    assert {"charter", "measures"} <= set(form.fields)
    assert "maturity" not in form.fields
