"""The site's pages, and people signed in with all that their role gives."""

from datetime import UTC, datetime

import pytest

from alliage.accounts.services.roles import place_in_groups
from alliage.website import editors, first_content
from alliage.website.models import HomePage

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def site(db):
    """The first content, as `set_up_website` makes it; gives the home page."""
    first_content.set_up(now=NOW)
    editors.set_up()
    return HomePage.objects.get()


@pytest.fixture
def signed_in(client):
    """Sign a member in with all that their role gives: the second factor, and the groups that the CMS reads."""

    def sign_in(member):
        place_in_groups(member)
        client.force_login(member)
        return client

    return sign_in
