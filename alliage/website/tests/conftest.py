"""The site's pages, and people signed in with all that their role gives."""

from datetime import date

import pytest

from alliage.accounts.permissions import DEMO_PERSONA_KEY
from alliage.accounts.services.roles import place_in_groups
from alliage.website import editors, first_content
from alliage.website.models import HomePage


@pytest.fixture
def site(db):
    """The first content, as `set_up_website` makes it; gives the home page."""
    first_content.set_up(today=date(2026, 11, 25))
    editors.set_up()
    return HomePage.objects.get()


@pytest.fixture
def signed_in(client):
    """Sign a member in, identity proved (as the demonstration bar does)."""

    def sign_in(member):
        member.is_demo = True
        member.save()
        place_in_groups(member)
        client.force_login(member)
        session = client.session
        session[DEMO_PERSONA_KEY] = member.pk
        session.save()
        return client

    return sign_in
