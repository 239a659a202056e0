"""Names and words: folding, the French around every territory's name, mails written in HTML."""

import re
from html.parser import HTMLParser
from random import Random

import pytest
from django.core.management import call_command

from alliage.notifications.kept import _TAGS, _clean
from alliage.territories import grammar
from alliage.territories.folding import fold, search_key, search_words
from alliage.territories.models import Territory
from tests.heavy.seeds import ACCENTED, each_seed, text


def test_folding() -> None:
    """Folding a folded text changes nothing; case, accents, hyphens and apostrophes count for nothing."""

    def check(random: Random) -> None:
        typed = text(random)
        once = fold(typed)
        assert fold(once) == once
        assert re.fullmatch(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?", once), once
        words = search_words(typed)
        assert search_words(" ".join(words)) == words
        assert search_key(typed) in {" ".join(words), " ".join(words[1:])}
        letters = "abcdefghijklmnopqrstuvwxyz -’'" + ACCENTED.replace("ß", "")
        name = "".join(random.choices(letters, k=12))
        assert fold(name.upper()) == fold(name.lower()) == fold(name.replace("-", " ").replace("’", "'"))

    each_seed("test_folding", check)


# What no French sentence holds around a name. « De Hœrdt » and « d’Hœrdt » both exist: an h may be either.
_WRONG = re.compile(
    r"\b(?:de le|de les|à le|à les|de Le|de Les|à Le|à Les|du Le|des Les|au Le|aux Les|de du|de des|d’d’|dans dans)\b"
    r"|\bde [AÀÂEÉÈÊIÎOÔUŒ]|\bd’[bcdfgjklmnpqrstvwxzBCDFGJKLMNPQRSTVWXZ]|'|  |^\s|\s$"
)


@pytest.mark.django_db
def test_grammar() -> None:
    """« à », « de » and the article are right for every territory of France."""
    call_command("import_territories", verbosity=0)
    wrong, seen = [], 0
    for territory in Territory.objects.iterator(chunk_size=2_000):
        seen += 1
        forms = grammar.forms(territory)
        bare = fold(territory.name).split()[-1]
        wrong += [
            f"{territory.kind} {territory.code} {territory.name}: {said}"
            for said in forms
            if _WRONG.search(said) or bare not in fold(said).split()
        ]
    print(f"\ntest_grammar: {seen} territories, {len(wrong)} wrong", end="", flush=True)
    assert seen > 38_000
    assert wrong == []


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


_PIECES = [
    "<a href='javascript:alert(1)'>", "<a href=\"https://exemple.fr\" onclick=x>", "<a href=' java\tscript:alert(1)'>", "<a href=//evil.example>",
    "<a class=button style='x'>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<math><mtext></p><mglyph><style><!--</style>",
    "<script>", "</script>", "<style>p{}</style>", "<noscript><p title='</noscript><img src=x>'>", "<template>", "<iframe srcdoc='<b>'>",
    "<p>", "</p>", "<strong>", "</strong>", "<table><tr><td>", "<!--", "-->", "<![CDATA[", "]]>", "<?php", "&#x3c;script&#x3e;", "&lt;b&gt;",
    "<form action=/x>", "<input autofocus onfocus=x>", "<meta http-equiv=refresh content=0>", "<base href=//evil>", "<a\u00a0href=x>", "<A HREF=DATA:text/html,x>",
]  # fmt: skip


def test_sanitising() -> None:
    """Whatever is in a mail, what is shown of it holds our tags only, no act and no address but of the web."""

    def check(random: Random) -> None:
        written = "".join(
            random.choice([random.choice(_PIECES), text(random, longest=8)]) for _piece in range(random.randint(1, 25))
        )
        clean = _clean(written)
        seen = _Seen()
        seen.feed(clean)
        seen.close()
        assert seen.tags <= _TAGS
        for name, value in seen.attributes:
            assert name in {"href", "class", "rel", "title", "lang"}  # none of them acts
            if name == "href" and ":" in value.partition("/")[0]:
                assert value.split(":")[0].strip().lower() in {"http", "https", "mailto"}, value
        assert _clean(clean).lstrip("\ufeff") == clean.lstrip("\ufeff")  # a parser drops one such mark at the start

    each_seed("test_sanitising", check)
