"""What the search holds of editorial pages: those that are published, news apart. The home page is a click away from everywhere.

Wagtail publishes, renames, withdraws and deletes in its own ways, from its own screens. All that it publishes and renames is saved,
and `EditorialPage.save` says it. What it withdraws or deletes may be handled as a bare `Page`, of which nothing of ours is called: its
signal is the only place where all of that passes (`withdrawn`). So it is of what it moves (`moved`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.signals import page_unpublished, post_page_move

from alliage.search.registry import Document, SearchableKind
from alliage.search.services import changed
from alliage.ui.templatetags.ui import date_fr
from alliage.website.models import NewsPage
from alliage.website.models.base import HOME_DEPTH, NEWS, PAGE, EditorialPage

Read = Callable[[], QuerySet[Page]]


def pages(_viewer: Any = None) -> QuerySet[Page]:
    """Editorial pages are for everyone: live is enough."""
    return Page.objects.live().filter(depth__gt=HOME_DEPTH, newspage__isnull=True)


def news(_viewer: Any = None) -> QuerySet[Page]:
    return Page.objects.live().filter(newspage__isnull=False)


def documents(read: Read, ids: Sequence[int] | None) -> Iterator[Document]:
    found = read().order_by("pk")
    wanted: Any = found if ids is None else found.filter(pk__in=ids)
    for page in wanted.specific().iterator():
        url = page.get_url()
        if url:  # None for a tree that no site shows
            yield document(page, url)


def document(page: Any, url: str) -> Document:
    date = page.published_on if isinstance(page, NewsPage) else None
    return Document(
        id=page.pk,
        title=page.title,
        url=url,
        summary=page.lead,
        body="\n\n".join(text for text in texts(page) if text),
        keywords=[page.seo_title] if page.seo_title else [],
        facts=[date_fr(date)] if date else [],
        dated_on=date,
    )


@receiver(page_unpublished)
def withdrawn(instance: Any, **_more: Any) -> None:
    """Sent for what is withdrawn, one by one or several at once, and before what is live is deleted, pages below included."""
    code = getattr(instance, "searched_as", "")
    if code:
        changed(code, [instance.pk], now=timezone.now())


@receiver(post_page_move)
def moved(instance: Page, **_more: Any) -> None:
    """Another parent, another address: of the page and of those under it."""
    page = Page.objects.get(pk=instance.pk).specific
    if isinstance(page, EditorialPage):
        page.tell_the_search()


def texts(page: Any) -> Iterable[str]:
    """Every word of a page that its readers see, besides its title and its lead."""
    for field in page._meta.get_fields():  # noqa: SLF001 Django's name, public by use
        if isinstance(field, StreamField):
            yield from field.stream_block.get_searchable_content(getattr(page, field.name))
    yield from (getattr(page, name, "") for name in ("who", "action_label", "action_why"))


KINDS = [
    SearchableKind(
        code=NEWS,
        slug="actualites",
        label=_("actualité"),
        label_plural=_("Actualités"),
        position=35,
        documents=partial(documents, news),
        visible=news,
        is_steady=True,
    ),
    SearchableKind(
        code=PAGE,
        slug="pages",
        label=_("page du site"),
        label_plural=_("Pages du site"),
        position=40,
        documents=partial(documents, pages),
        visible=pages,
        is_steady=True,
    ),
]
