"""Tags of Django that every page holds by the dozen, made cheaper without a word of the templates changing.

A site of one language writes the constant sentences of its templates once, when a template is compiled.

`{% translate "…" %}` stays what templates write, and what `makemessages` finds: a second language in `LANGUAGES` brings
Django's own tags back. A page holds some eighty of these sentences, and looking one up takes longer than writing ten. `{% static "…" %}` asks
our storage, which keeps addresses, without going through the list of applications first.
"""

from html import escape
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import base, defaulttags
from django.template.base import Node, Parser, TextNode, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.templatetags import i18n, static
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override


class NamedSentence(Node):
    """`{% translate "…" as name %}`."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def render(self, context: Context) -> str:
        context[self.name] = self.text
        return ""


def translate(parser: Parser, token: Token) -> Node:
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    if node.message_context or node.noop or expression.filters or expression.var.literal is None:
        return node
    name, node.asvar = node.asvar, None
    with override(settings.LANGUAGE_CODE):
        text = node.render(Context())
    return NamedSentence(name, text) if name else TextNode(text)


def block_translate(parser: Parser, token: Token) -> Node:
    node = i18n.do_block_translate(parser, token)
    message, names = node.render_token_list(node.singular)
    if names or node.extra_context or node.countervar or node.message_context or node.asvar:
        return node
    with override(settings.LANGUAGE_CODE):
        return TextNode(gettext(message) % {})


class StaticAddress(static.StaticNode):
    """`{% static "…" %}`."""

    @classmethod
    def handle_simple(cls, path: str) -> str:
        return staticfiles_storage.url(path)


class KeptAddress(URLNode):
    """`{% url "name" %}` of an address without parts: it is the same on every page, and asked for on most."""

    kept: ClassVar[dict[tuple[Any, ...], str]] = {}

    def render(self, context: Context) -> str:
        if self.args or self.kwargs or self.asvar or self.view_name.is_var or not context.autoescape:
            return super().render(context)
        request = getattr(context, "request", None)
        within = (
            getattr(request, "current_app", None),
            getattr(getattr(request, "resolver_match", None), "namespace", None),
        )
        key = self.view_name.var, *within, get_urlconf(), get_script_prefix()
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = super().render(context)
        return found


def url(parser: Parser, token: Token) -> Node:
    node = defaulttags.url(parser, token)
    return KeptAddress(node.view_name, node.args, node.kwargs, node.asvar)


_in_context = base.render_value_in_context


def written(value: Any, context: Context) -> str:
    """What `{{ … }}` writes, as Django does it. Nearly all are texts, that neither time zones nor formats change: they are only
    escaped."""
    kind = type(value)
    if kind is SafeString or (kind is str and not context.autoescape):
        return value
    return SafeString(escape(value)) if kind is str else _in_context(value, context)


def install() -> None:
    """Give Django's libraries of tags these, under the names that templates load."""
    base.render_value_in_context = written
    static.register.tag("static", StaticAddress.handle_token)
    defaulttags.register.tag("url", url)
    if len(settings.LANGUAGES) != 1:
        return
    for name in ("translate", "trans"):
        i18n.register.tag(name, translate)
    for name in ("blocktranslate", "blocktrans"):
        i18n.register.tag(name, block_translate)
