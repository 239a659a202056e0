"""One template gives a mail's subject, text and HTML."""

import pytest
from django.template import engines

from alliage.formats import mail


@pytest.fixture
def render(monkeypatch, settings):
    settings.ORIGIN = "https://reseau.exemple.fr"

    def render(body, subject="Bonjour", **context):
        source = (
            '{% extends "formats/mail/base.html" %}'
            f"{{% block subject %}}{subject}{{% endblock %}}{{% block body %}}{body}{{% endblock %}}"
        )
        monkeypatch.setattr(
            mail, "render_to_string", lambda _name, values: engines["django"].from_string(source).render(values)
        )
        return mail.render("any.html", context)

    return render


def test_the_subject_is_one_plain_line(render):
    assert render("<p>x</p>", subject="L’été de\n {{ name }} &amp; co", name="<Léa>").subject == "L’été de <Léa> & co"


def test_the_text_reads_like_the_page(render):
    text = render(
        "<h1>Bonjour</h1><p>Un <strong>mot</strong>\n sur deux lignes.</p>"
        "<ul><li>un</li><li>deux</li></ul><p>Puis<br>ceci.</p><ul><li>trois</li></ul>"
    ).text
    assert text.startswith(
        "Bonjour\n\nUn mot sur deux lignes.\n\n- un\n- deux\n\nPuis\nceci.\n\n- trois\n\n-- \n\nVous recevez"
    )


def test_links_are_whole_and_readable(render):
    made = render(
        '<p><a class="button" href="/mon-espace/?a=1&amp;b=2">Ouvrir</a></p>'
        '<p><a href="https://x.fr/">https://x.fr/</a> <a>nulle part</a></p>'
    )
    assert "Ouvrir\u00a0: https://reseau.exemple.fr/mon-espace/?a=1&b=2\n" in made.text
    assert "\nhttps://x.fr/ nulle part\n" in made.text
    assert 'href="https://reseau.exemple.fr/mon-espace/?a=1&amp;b=2"' in made.html


def test_styles_are_in_the_elements_and_values_stay_escaped(render):
    made = render('<p>{{ name }} &#233;</p><p style="margin:0">x</p><p class="code">1234</p>', name="<script>")
    assert "&lt;script&gt;" in made.html
    assert "<script" not in made.html
    assert '<p style="margin:0">' in made.html
    assert "letter-spacing" in made.html
    assert "<script> é" in made.text
    assert made.html.startswith("<!doctype html>")


def test_a_mail_is_addressed_with_both_forms(render, mailoutbox):
    render("<p>x</p>").message(["a@exemple.fr"], headers={"X-Kind": "test"}).send()
    sent = mailoutbox[0]
    assert sent.to == ["a@exemple.fr"]
    assert sent.extra_headers == {"X-Kind": "test"}
    assert [alternative.mimetype for alternative in sent.alternatives] == ["text/html"]
