"""Marks of the cache, asked once for a page that only reads."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from alliage import marks
from alliage.directory.queries import snapshot as entries
from alliage.taxonomy import cache as taxonomy
from alliage.territories import snapshot


class Asked:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.times


def answer_to(request, view):
    return marks.MarksMiddleware(lambda _request: HttpResponse(view()))(request).content.decode()


def test_outside_pages_each_time():
    ask = Asked()
    assert [marks.mark("a", ask), marks.mark("a", ask)] == [1, 2]
    marks.forget("a")


@pytest.mark.parametrize("method", ["get", "head"])
def test_once_for_a_page_and_again_for_the_next(rf, method):
    ask = Asked()
    for expected in ("11", "22"):
        request = getattr(rf, method)("/")
        assert answer_to(request, lambda: f"{marks.mark('a', ask)}{marks.mark('a', ask)}") == expected
    assert marks.mark("a", ask) == 3


def test_each_time_for_a_form_that_is_sent(rf):
    ask = Asked()
    assert answer_to(rf.post("/"), lambda: f"{marks.mark('a', ask)}{marks.mark('a', ask)}") == "12"


def test_what_a_page_changes_is_asked_again(rf):
    ask = Asked()

    def view():
        first = marks.mark("a", ask)
        marks.forget("a")
        marks.forget("b")
        return f"{first}{marks.mark('a', ask)}"

    assert answer_to(rf.get("/"), view) == "12"


def test_an_error_leaves_nothing_behind(rf):
    ask = Asked()

    def view():
        marks.mark("a", ask)
        raise LookupError

    with pytest.raises(LookupError):
        answer_to(rf.get("/"), view)
    assert [marks.mark("a", ask), marks.mark("a", ask)] == [2, 3]


@pytest.mark.django_db
def test_territories_taxonomy_and_directory_are_of_the_new_state_on_the_page_that_changed_them(rf):
    def view():
        before = snapshot.snapshot()
        snapshot.forget()
        same = []
        for place, key, ask in (
            (taxonomy, taxonomy.VERSION_KEY, taxonomy._version),
            (entries, entries.TOKEN, entries._token),
        ):
            known = marks.mark(key, ask)
            place.forget()
            same.append(marks.mark(key, ask) == known)
        return f"{snapshot.snapshot() is before} {same}"

    assert answer_to(rf.get("/"), view) == "False [False, False]"
    assert cache.get(snapshot.TOKEN)
