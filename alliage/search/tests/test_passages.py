"""Long texts by pieces, and excerpts that quote the right one."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.search import engine, passages, queries, services
from alliage.search.tests.kinds import record
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
FILLING = "Le conseil examine la situation de la commune et décide de la suite. "


def hits(question: str, viewer=VISITOR):
    return queries.search(queries.parse({"q": question}), viewer).hits


def report(*, deep: str, pages: int = 200) -> str:
    """A report of that many pages, something deep in it."""
    page = FILLING * 36
    return "\n".join([page] * (pages - 12) + [f"{FILLING}{deep} {FILLING}"] + [page] * 11)


def test_a_short_text_is_one_piece_and_an_empty_one_none():
    assert passages.cut("Un texte\n  court.") == ["Un texte court."]
    assert passages.cut(" \n ") == passages.cut("") == []


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ("paragraph", "a" * 500 + "\n" + "b" * 700),
        ("sentence", "a" * 400 + " " + "b" * 100 + ". " + "c" * 700),
        ("word", "a" * 500 + " " + "b" * 700),
        ("nothing", "a" * 4_000),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_a_long_text_is_cut_where_it_breathes_and_nothing_is_lost(ends, text):
    pieces = passages.cut(text)
    assert "".join(pieces).replace(" ", "") == "".join(text.split())
    assert max(map(len, pieces)) <= passages.PIECE
    assert len(pieces[0]) == {"paragraph": 500, "sentence": 502, "word": 500, "nothing": 800}[ends]


def test_an_excerpt_quotes_the_right_page_of_a_long_report():
    record("Rapport annuel", report(deep="Un xylophone rouillé dort dans la cave."))
    services.rebuild()
    (hit,) = hits("xylophone cave")
    assert "Un <mark>xylophone</mark> rouillé dort dans la <mark>cave</mark>." in hit.text
    assert hit.text.startswith("… ")
    assert hit.text.endswith(" …")
    assert len(hit.text) < 320
    assert "<mark>rouillé dort</mark>" in hits("« rouillé dort »")[0].text


def test_the_end_of_a_report_of_two_hundred_pages_is_found():
    text = report(deep="Rien.") + " Zinzolin."
    assert len(text) > 450_000
    record("Rapport", text)
    services.rebuild()
    assert hits("zinzolin")[0].text.endswith("<mark>Zinzolin</mark>.")


def test_a_title_found_alone_leaves_the_summary_or_the_beginning():
    record("Canari", report(deep="", pages=14))
    services.rebuild()
    (hit,) = hits("canari")
    assert hit.text == "En deux mots"


def test_words_that_are_on_every_page_quote_the_document_without_a_mark():
    record("Le fleuve", "Le texte. " * 400)
    services.rebuild()
    assert "<mark>Le</mark> texte" in hits("« le »")[0].text


def test_pieces_are_never_results_and_leave_with_their_document():
    one = record("Rapport", report(deep="Un xylophone."))
    services.rebuild()
    results = queries.search(queries.parse({"q": "xylophone"}), VISITOR)
    assert (results.total, len(results.hits), results.counts) == (1, 1, {"fiches": 1})
    pieces = engine.all_of(engine.term("passage", "xylophon"))
    assert engine.reader().count(pieces) == 1
    Term.objects.filter(pk=one.pk).update(is_active=False)
    services.changed("record", [one.pk], now=timezone.now())
    services.follow()
    assert engine.reader().count(pieces) == 0


def test_a_visitor_is_never_quoted_what_members_alone_read():
    """Two documents of one object: the long body of members' is in no piece of visitors'."""
    record("Rapport", report(deep="Un xylophone."), seen_by="half")
    services.rebuild()
    assert hits("xylophone") == []
    assert "xylophone" not in hits("rapport")[0].text
    assert "<mark>xylophone</mark>" in hits("xylophone", MemberFactory())[0].text
