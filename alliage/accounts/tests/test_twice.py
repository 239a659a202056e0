"""A form sent twice at the very same moment: the second follows the first, or says what went wrong."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpResponseRedirect

from alliage.accounts.views import twice


def test_the_second_leads_where_the_first_went_even_when_it_came_too_soon(rf):
    def first_is_being_written(request):
        cache.set(twice._key(request), "/mon-espace/", 30)
        raise IntegrityError

    answer = twice.second_goes_where_first_went(first_is_being_written)(
        rf.post("/compte/inscription/", {"name": "Nina"})
    )
    assert (answer.status_code, answer["Location"]) == (302, "/mon-espace/")


def test_a_real_fault_is_not_hidden(rf, monkeypatch):
    monkeypatch.setattr(twice, "sleep", lambda _seconds: None)

    def broken(_request):
        raise IntegrityError

    with pytest.raises(IntegrityError):
        twice.second_goes_where_first_went(broken)(rf.post("/compte/inscription/", {"name": "Nina"}))


def test_the_same_words_again_lead_there_too(rf):
    view = twice.second_goes_where_first_went(lambda _request: HttpResponseRedirect("/mon-espace/"))
    for _again in range(2):
        assert view(rf.post("/compte/inscription/", {"name": "Nina"}))["Location"] == "/mon-espace/"
