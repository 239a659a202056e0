"""The fields of the index, and what tells one version of it from another."""

from functools import cache
from typing import Any

from alliage.search.registry import kinds

# Change it when fields or analysis change: the index is made again.
LAYOUT = 4
FIELDS = {"title": 6.0, "keywords": 3.0, "body": 1.0}
# What a document that is no piece of another is a part of.
WHOLE = "whole"


def layout() -> str:
    """What this version of the platform can read."""
    import tantivy

    return f"{LAYOUT} {tantivy.__version__}"  # type: ignore[attr-defined]


def content() -> str:
    """What the index should hold: a new kind, a new version of one or another facet makes it again."""
    return " ".join(sorted(f"{kind.code}={kind.version}/{','.join(kind.facets)}" for kind in kinds))


@cache
def schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("key", "audience", "place", "name", "part_of"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_json_field("facet", tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*FIELDS, "words"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("passage", tokenizer_name="whitespace", index_option="freq")
    for name in ("shown", "about", "text"):
        builder.add_bytes_field(name, stored=True)
    builder.add_float_field("weight", fast=True)
    builder.add_integer_field("date", fast=True)
    return builder.build()


def key(kind: str, pk: int) -> str:
    return f"{kind}:{pk}"
