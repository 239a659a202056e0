"""What the site says of the library: its map, and the member's own territory offered on its list."""

import pytest

from alliage.library.services import resources
from alliage.library.tests.factories import NOW, published
from alliage.territories.tests.factories import TerritoryFactory
from alliage.website import sitemap
from alliage.website.models import HomeTerritory

pytestmark = pytest.mark.django_db


def test_the_site_map_leads_to_what_everyone_reads():
    shown, hidden = published(), published()
    resources.hide(hidden, by=None, now=NOW)
    assert list(sitemap.resources(1)) == [shown.get_absolute_url()]


def test_a_member_is_offered_her_territory_and_nothing_is_narrowed_in_silence(client, member):
    place = TerritoryFactory(kind="commune", code="42187", name="Roanne")
    HomeTerritory.objects.create(member=member, territory=place)
    client.force_login(member)
    html = client.get("/ressources/?q=compost").content.decode()
    assert "Voir ce qui vient à Roanne" in html
    assert 'href="/ressources/?q=compost&amp;territoire=commune:42187"' in html
