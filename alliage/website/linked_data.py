"""What the site and its news are, in the words of schema.org, for search engines."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from alliage.website.models import NewsPage

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script(data: dict[str, Any]) -> SafeString:
    """A block of data (never run by a browser); what could close it is escaped, as in Django's `json_script`."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


@cache
def site() -> SafeString:
    organisation = {
        "@type": "Organization",
        "@id": f"{settings.ORIGIN}/#reseau",
        "name": "Alliage",
        "url": f"{settings.ORIGIN}/",
        "logo": f"{settings.ORIGIN}{static('ui/touch-icon.png')}",
    }
    website = {
        "@type": "WebSite",
        "@id": f"{settings.ORIGIN}/#site",
        "name": "Alliage",
        "url": f"{settings.ORIGIN}/",
        "inLanguage": "fr",
        "publisher": {"@id": organisation["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{settings.ORIGIN}/territoires/?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
    return script({"@graph": [organisation, website]})


def news(page: "NewsPage") -> SafeString:
    return script(
        {
            "@type": "NewsArticle",
            "headline": page.title,
            "description": page.lead,
            "datePublished": page.published_on.isoformat(),
            "inLanguage": "fr",
            "url": f"{settings.ORIGIN}{page.get_url()}",
            "publisher": {"@id": f"{settings.ORIGIN}/#reseau"},
        }
    )
