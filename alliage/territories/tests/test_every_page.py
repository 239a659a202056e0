"""Every territory of France has a page that renders: minutes long, run by `make heavy`."""

import time

import pytest
from django.core.management import call_command

from alliage.territories.models import Territory


@pytest.mark.heavy
@pytest.mark.django_db
def test_every_page_answers(client, capsys):
    call_command("import_territories", verbosity=0)
    started = time.perf_counter()
    wrong = []
    addresses = list(Territory.objects.order_by("pk").values_list("kind", "code"))
    for kind, code in addresses:
        response = client.get(f"/territoires/{kind}/{code}/")
        if response.status_code != 200 or b"<h1" not in response.content:
            wrong.append((kind, code, response.status_code))
    assert wrong == []
    assert len(addresses) > 38_000
    with capsys.disabled():
        seconds = time.perf_counter() - started
        print(f"\n{len(addresses)} pages in {seconds:.0f} s, {seconds / len(addresses) * 1000:.1f} ms each")  # noqa: T201
