"""The site's pages, and people signed in with all that their role gives."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from alliage.accounts.services.roles import place_in_groups
from alliage.website import editors, first_content
from alliage.website.models import HomePage
from tests.world import lasting

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


# Where every test of the file looks at the first content, it is made once for all of them: it takes seconds.
SHARE_IT = ("test_pages", "test_living_blocks", "test_roles", "test_gestion")


def _set_up() -> None:
    """The first content, as `set_up_website` makes it."""
    first_content.set_up(now=NOW)
    editors.set_up()


@pytest.fixture(scope="module")
def shared_content(request, django_db_setup, django_db_blocker) -> Iterator[bool]:
    shares = request.module.__name__.rpartition(".")[2] in SHARE_IT
    with django_db_blocker.unblock(), lasting():
        if shares:
            _set_up()
        yield shares


@pytest.fixture
def site(shared_content, db):
    """The home page of the first content."""
    if not shared_content:
        _set_up()
    return HomePage.objects.get()


@pytest.fixture
def signed_in(client):
    """Sign a member in with all that their role gives: the second factor, and the groups that the CMS reads."""

    def sign_in(member):
        place_in_groups(member)
        client.force_login(member)
        return client

    return sign_in
