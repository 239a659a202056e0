"""Lines of lists that are drawn by tags: everything that people wrote is escaped."""

from types import SimpleNamespace

from django.utils.safestring import mark_safe

from alliage.directory.templatetags.directory import acting_lines, entry_lines

LINE = {"title": "L’<b>", "url": "/a/?b&c", "reason": "", "facts": ["<i>", ""], "confirmed": "", "is_demo": False}


def test_a_line_of_the_directory_is_escaped_and_says_only_what_is_known():
    assert entry_lines([LINE]) == (
        '<li><div class="entry"><p class="entry__title"><a href="/a/?b&amp;c">L’&lt;b&gt;</a></p>'
        '<ul class="entry__facts"><li>&lt;i&gt;</li></ul></div></li>'
    )
    full = LINE | {"reason": "Agit <ici>", "confirmed": mark_safe("<span>à jour</span>"), "is_demo": True}
    drawn = entry_lines([full])
    assert "<p>Agit &lt;ici&gt;</p>" in drawn
    assert "<li><span>à jour</span></li>" in drawn
    assert ' <span class="tag">démonstration</span></p>' in drawn
    assert entry_lines([]) == ""


def test_who_acts_on_a_territory_is_escaped():
    line = SimpleNamespace(url="/a/", name="<b>", is_demo=False)
    assert acting_lines([{"line": line, "reason": ""}]) == '<li><a href="/a/">&lt;b&gt;</a></li>'
    line.is_demo = True
    assert acting_lines([{"line": line, "reason": "Agit <ici>"}]) == (
        '<li><a href="/a/">&lt;b&gt;</a> <span class="tag">démonstration</span> <span class="source">Agit &lt;ici&gt;</span></li>'
    )
