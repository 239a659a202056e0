"""What the index may be asked."""

from collections.abc import Iterable, Sequence
from typing import Any

from alliage.search.engine.schema import schema

# A rare word in a body must not outrank the same word in a title: the best field counts, the others a little.
TIE = 0.1
# A set of terms is first made a set of documents, all of them: worth it for many terms only.
FEW = 8
Query = Any  # tantivy.Query, which is not imported before it is needed


def term(field: str, word: str) -> Query:
    import tantivy

    return tantivy.Query.term_query(schema(), field, word)


def phrase(field: str, words: Sequence[str]) -> Query:
    """These words side by side; one word is a phrase too."""
    import tantivy

    return term(field, words[0]) if len(words) == 1 else tantivy.Query.phrase_query(schema(), field, list(words))


def all_of(*queries: Query, better: Iterable[Query] = (), none_of: Iterable[Query] = ()) -> Query:
    """Every one of `queries`; what also answers one of `better` ranks higher."""
    import tantivy

    occur = tantivy.Occur
    return tantivy.Query.boolean_query(
        [
            *((occur.Must, query) for query in queries),
            *((occur.Should, query) for query in better),
            *((occur.MustNot, query) for query in none_of),
        ]
    )


def most_of(queries: Iterable[Query], least: int) -> Query:
    """At least so many of these; the more, the higher."""
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries], least)


def some_of(queries: Iterable[Query]) -> Query:
    """At least one of these; the more, the higher."""
    return most_of(queries, 1)


def best_of(queries: Sequence[Query]) -> Query:
    import tantivy

    return tantivy.Query.disjunction_max_query(list(queries), TIE)


def boosted(query: Query, by: float) -> Query:
    import tantivy

    return tantivy.Query.boost_query(query, by)


def worth(query: Query, score: float) -> Query:
    """The same question, whose answers are all worth this."""
    import tantivy

    return tantivy.Query.const_score_query(query, score)


def one_of(field: str, values: Iterable[str], *, score: float = 0.0) -> Query:
    """A filter: it does not count in the rank, unless it is given a score."""
    import tantivy

    wanted = list(values)
    if 0 < len(wanted) <= FEW:
        terms = [tantivy.Query.term_query(schema(), field, value, "basic") for value in wanted]
        found = terms[0] if len(terms) == 1 else some_of(terms)
    else:
        found = tantivy.Query.term_set_query(schema(), field, wanted)
    return worth(found, score)


def anything() -> Query:
    import tantivy

    return tantivy.Query.all_query()
