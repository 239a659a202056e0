"""The port to tantivy: what the index holds, how it is asked, read and written. Nothing else in the platform imports tantivy.

One document per object and audience. Texts are cut by us (`analysis`) and given as words separated by spaces.

| field | holds |
|---|---|
| `key`, `kind` | « organisation:12 », « organisation » |
| `audience`, `place` | who may find it; the territories it is in |
| `facet` | one column per facet of its kind: `facet.levier` holds « alliance » |
| `date` | what lists are sorted by, in days |
| `title`, `keywords`, `body` | roots: what is searched and ranked |
| `words` | plain forms of the three: exact phrases, beginnings, spelling. « ¶ » keeps phrases inside one of them |
| `name` | the whole title, to put first what bears exactly the name asked for |
| `shown` | what a result shows, as JSON |
| `part_of` | « whole » |
| `about` | the words that say most of it, as JSON: what resembles it has many of them |

A long body is also kept by pieces (`passages`), each a document of its own that has the `key` and the `kind` of the object,
so that it leaves with it, but no audience: it is never found, only read, once its object was found.

| field | holds |
|---|---|
| `part_of` | the object and the audience of the document it is a piece of |
| `passage` | roots, to choose the piece that an excerpt quotes |
| `text` | the piece |
"""

from alliage.search.engine.questions import (
    Query,
    all_of,
    anything,
    best_of,
    boosted,
    most_of,
    one_of,
    phrase,
    some_of,
    term,
    worth,
)
from alliage.search.engine.reading import Found, Passage, Reader, Words, reader
from alliage.search.engine.schema import FIELDS, content, key, layout
from alliage.search.engine.writing import Writer, amend, create, is_right

__all__ = [
    "FIELDS",
    "Found",
    "Passage",
    "Query",
    "Reader",
    "Words",
    "Writer",
    "all_of",
    "amend",
    "anything",
    "best_of",
    "boosted",
    "content",
    "create",
    "is_right",
    "key",
    "layout",
    "most_of",
    "one_of",
    "phrase",
    "reader",
    "some_of",
    "term",
    "worth",
]
