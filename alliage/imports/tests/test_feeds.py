"""RSS, Atom and OAI-PMH are read as tables; what is hostile or broken is refused in words."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alliage.imports import feeds
from alliage.imports.engine import FileRefused, read_table
from alliage.imports.services import following
from alliage.jobs.fetch import Fetched

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Le journal</title><language>fr</language><copyright>CC BY 4.0</copyright>
<item><title>Un &amp;amp; deux</title><link>https://exemple.fr/1</link><guid>https://exemple.fr/?p=1</guid>
<description>&lt;p&gt;Un texte.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;li&gt;b&lt;/li&gt;&lt;/ul&gt;&lt;script&gt;mal()&lt;/script&gt;</description>
<author>alix@exemple.fr (Alix Exemple)</author><category>eau</category><category>sol</category><pubDate>Thu, 26 Nov 2026 08:00:00 +0100</pubDate></item>
<item><title>Sans adresse</title><author>sam@exemple.fr</author><pubDate>bientot</pubDate></item>
</channel></rss>"""
ATOM = b"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title>
<entry><id>urn:1</id><title type="html">A &lt;i&gt;title&lt;/i&gt;</title><link rel="self" href="https://exemple.fr/self"/><link href="https://exemple.fr/1"/>
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/><author><name>Alix</name><email>a@exemple.fr</email></author>
<summary>Short.</summary><content type="html">&lt;p&gt;Long.&lt;/p&gt;</content><category term="w" label="water"/><updated>2026-11-26T08:00:00Z</updated></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>Old</title></channel>
<item><title>Ancien</title><link>https://exemple.fr/1</link></item></rdf:RDF>"""
OAI = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:1</identifier></header><metadata><dc xmlns="http://purl.org/dc/elements/1.1/"><title>Un</title><creator>A</creator><creator>B</creator>
<identifier>10.1/x</identifier><identifier>https://exemple.fr/1</identifier><rights>Tous droits</rights><rights>https://creativecommons.org/licenses/by/4.0/</rights>
<subject>eau</subject><date>2021</date></dc></metadata></record>
<record><header status="deleted"><identifier>oai:2</identifier></header></record>
<record><header><identifier>oai:3</identifier></header><metadata/></record>
<resumptionToken> suite </resumptionToken></ListRecords></OAI-PMH>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>"""
STEAL = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>"""


def rows(content: bytes) -> list[dict[str, str]]:
    return [row.values for row in read_table(content).rows]


def test_rss_gives_plain_words_names_and_days() -> None:
    first, second = rows(RSS)
    assert first == {
        "identifiant": "https://exemple.fr/?p=1", "titre": "Un & deux", "adresse": "https://exemple.fr/1", "résumé": "Un texte.\n- a\n- b",
        "auteurs": "Alix Exemple", "date": "2026-11-26", "mots-clés": "eau ; sol", "langue": "fr", "licence": "CC BY 4.0", "type": "",
        "éditeur": "Le journal",
    }  # fmt: skip
    assert (second["auteurs"], second["adresse"], second["date"]) == ("", "", "bientot")


def test_atom_gives_the_page_and_not_the_feed() -> None:
    (entry,) = rows(ATOM)
    assert (entry["titre"], entry["adresse"], entry["résumé"]) == ("A title", "https://exemple.fr/1", "Short.")
    assert (entry["auteurs"], entry["langue"], entry["mots-clés"]) == ("Alix", "en", "water")
    assert "creativecommons.org" in entry["licence"]


def test_the_oldest_rss_is_read_too() -> None:
    assert rows(RDF)[0]["titre"] == "Ancien"


def test_oai_gives_what_was_not_deleted_and_what_follows() -> None:
    feed = feeds.read(io.BytesIO(OAI))
    assert (feed.token, feed.is_window) == ("suite", False)
    (row,) = feed.rows
    assert (row["identifiant"], row["adresse"], row["auteurs"]) == ("oai:1", "https://exemple.fr/1", "A ; B")
    assert row["licence"].startswith("https://creativecommons.org")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "déclarations que nous n’acceptons pas"),
        (STEAL, "déclarations que nous n’acceptons pas"),
        (b"<html><body>Bonjour</body></html>", "donne une page"),
        (b"<!DOCTYPE html><html></html>", "déclarations que nous n’acceptons pas"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un flux RSS"),
        (RSS[:400], "abîmé"),
        (b"<rss><channel><item></channel></rss>", "abîmé"),
        (b"<?xml version='1.0' encoding='nulle-part'?><rss/>", "abîmé"),
        (b"<rss>" + b"<a>" * 200 + b"</rss>", "abîmé"),
        (b"<rss><item><title>" + b"a" * 2_100_000 + b"</title></item></rss>", "trop longue"),
        (b'<OAI-PMH><error code="badVerb">x</error></OAI-PMH>', "ListRecords"),
        (b'<OAI-PMH><error code="idDoesNotExist"/></OAI-PMH>', "idDoesNotExist"),
        (b"<OAI-PMH><error/></OAI-PMH>", "(?)"),
    ],
    ids=["bomb", "steal", "page", "doctype", "svg", "cut", "crossed", "encoding", "deep", "long", "no verb", "error", "no code"],
)  # fmt: skip
def test_what_is_no_feed_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        rows(content)
    assert said in refused.value.message


def test_a_feed_of_nothing_has_its_columns() -> None:
    for content in (b"<rss><channel/></rss>", b'<OAI-PMH><error code="noRecordsMatch"/></OAI-PMH>'):
        table = read_table(content)
        assert tuple(table.columns) == feeds.COLUMNS
        assert list(table.rows) == []


def test_too_many_items_are_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(feeds, "MOST_ITEMS", 1)
    with pytest.raises(FileRefused):
        rows(RSS)


def test_other_encodings_are_read() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><rss><channel><item><title>Été</title></item></channel></rss>'
    assert rows(text.encode("utf-16"))[0]["titre"] == "Été"
    latin = '<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><item><title>Été</title></item></channel></rss>'
    assert rows(latin.encode("latin-1"))[0]["titre"] == "Été"


def test_a_kept_part_says_what_is_gone_and_is_read_as_a_table() -> None:
    feed = feeds.read(io.BytesIO(OAI))
    assert feed.gone == ["oai:2"]
    part, whole = feeds.as_json(feed, is_part=True), feeds.as_json(feed)
    assert (feeds.gone(io.BytesIO(part)), feeds.gone(io.BytesIO(whole))) == (["oai:2"], [])
    assert (feeds.is_whole(io.BytesIO(part)), feeds.is_whole(io.BytesIO(whole))) == (False, True)
    assert rows(part) == rows(whole) == feed.rows


def test_a_deleted_record_without_its_name_says_nothing() -> None:
    nameless = b'<OAI-PMH><ListRecords><record><header status="deleted"/></record></ListRecords></OAI-PMH>'
    assert feeds.read(io.BytesIO(nameless)).gone == []


def test_a_long_text_is_cut_between_words() -> None:
    assert feeds.plain("mot " * 2_000).endswith("mot…")


# --- Following -----------------------------------------------------------------------------------------------------


def fetched(content: bytes, url: str = "https://exemple.fr/oai?verb=ListRecords&metadataPrefix=oai_dc") -> Fetched:
    return Fetched(url, content, "text/xml", "utf-8", '"e"', "hier")


def page(number: int, token: str) -> bytes:
    return (
        f"<OAI-PMH><ListRecords><record><header><identifier>oai:{number}</identifier></header><metadata><dc><title>T{number}</title></dc></metadata></record>"
        f"<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"
    ).encode()


def test_what_is_no_xml_is_left_as_it_is() -> None:
    table = fetched(b"titre\nUn")
    assert following.whole(table, lambda _url: table, pause=0) is table


def test_a_feed_keeps_the_marks_of_its_address() -> None:
    read = following.whole(fetched(RSS), lambda _url: fetched(RSS), pause=0)
    assert (read.etag, read.content[:16]) == ('"e"', b'{"window":true,"')


def test_a_thousand_pages_are_read_page_by_page() -> None:
    asked: list[str] = []

    def get(url: str) -> Fetched:
        asked.append(url)
        number = int(url.rpartition("=")[2])
        return fetched(page(number, str(number + 1) if number < 999 else ""))

    read = following.whole(fetched(page(0, "1")), get, pause=0)
    assert len(asked) == 999
    assert asked[0] == "https://exemple.fr/oai?verb=ListRecords&resumptionToken=1"
    assert len(rows(read.content)) == 1_000
    assert (read.etag, read.last_modified) == ("", "")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://exemple.fr/oai?verb=ListRecords&metadataPrefix=oai_dc", True),
        ("https://exemple.fr/oai?verb=ListRecords&metadataPrefix=oai_dc&set=a:b&from=2020-01-01", True),
        ("https://exemple.fr/oai?verb=ListRecords&metadataPrefix=oai_dc&until=2020-01-01", False),
        ("https://exemple.fr/oai?verb=ListRecords&resumptionToken=a", False),
        ("https://exemple.fr/flux.xml", False),
    ],
)
def test_only_an_open_list_is_asked_for_what_changed(url: str, asked: bool) -> None:
    assert following.is_list(url) is asked


def test_a_list_is_asked_from_a_day_on() -> None:
    url = "https://exemple.fr/oai?verb=ListRecords&from=2020-01-01&metadataPrefix=oai_dc&set=a%3Ab#ici"
    assert (
        following.since(url, date(2026, 3, 1))
        == "https://exemple.fr/oai?verb=ListRecords&metadataPrefix=oai_dc&set=a%3Ab&from=2026-03-01"
    )


def test_a_part_in_which_nothing_is_says_that_nothing_changed() -> None:
    nothing = b'<OAI-PMH><error code="noRecordsMatch"/></OAI-PMH>'
    assert following.whole(fetched(nothing), fetched, is_part=True).unchanged  # type: ignore[arg-type]
    for content in (OAI.replace(b"suite", b""), page(1, "")):
        read = following.whole(fetched(content), fetched, is_part=True)  # type: ignore[arg-type]
        assert (read.unchanged, read.etag, read.last_modified) == (False, "", "")


def test_what_the_followers_of_a_part_say_is_gone_counts() -> None:
    following_page = page(1, "").replace(b"<header>", b'<header status="deleted">')
    read = following.whole(fetched(page(0, "a")), lambda _url: fetched(following_page), pause=0, is_part=True)
    assert feeds.gone(io.BytesIO(read.content)) == ["oai:1"]


@pytest.mark.parametrize(("restored", "gone"), [(True, []), (False, ["oai:0"])])
def test_the_last_page_that_names_a_record_says_whether_it_is_gone(restored: bool, gone: list[str]) -> None:
    def said(token: str, *, deleted: bool) -> Fetched:
        return fetched(page(0, token).replace(b"<header>", b'<header status="deleted">' if deleted else b"<header>"))

    read = following.whole(
        said("a", deleted=restored), lambda _url: said("", deleted=not restored), pause=0, is_part=True
    )
    assert feeds.gone(io.BytesIO(read.content)) == gone


@pytest.mark.parametrize("limit", ["MOST_PAGES", "MOST_BYTES"])
def test_what_never_ends_is_given_up(limit: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(following, limit, 2)
    numbers = iter(range(1, 100))
    with pytest.raises(FileRefused):
        following.whole(fetched(page(0, "a")), lambda _url: fetched(page(1, f"t{next(numbers)}")), pause=0)


def test_a_list_that_is_too_long_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(feeds, "MOST_ITEMS", 1)
    with pytest.raises(FileRefused):
        following.whole(fetched(page(0, "a")), lambda _url: replace(fetched(page(1, ""))), pause=0)
