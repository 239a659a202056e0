"""What every editorial page shares."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from alliage.accounts.permissions import is_animator
from alliage.search.services import changed

# In the tree of pages: the root, then the home page.
HOME_DEPTH = 2
# What the search calls them (website/searchable.py).
PAGE, NEWS = "page", "news"


class EditorialPage(Page):
    """A page that editors write. Always public: what is reserved to members is not an editorial page."""

    lead: Any
    searched_as: ClassVar[str] = PAGE
    private_page_options: ClassVar[list[str]] = []
    show_in_menus_default = False
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Adresse et présentation dans les moteurs de recherche"),
        )
    ]

    class Meta:
        abstract = True

    @cached_property
    def summary(self) -> str:
        """The page in one or two sentences, for search engines and shared links."""
        return self.search_description or self.lead

    def save(self, *args: Any, **kwargs: Any) -> None:
        """However Wagtail publishes or renames it, the page is saved: the search then reads it again, with the pages under it,
        whose addresses begin with its own. A draft that is kept writes a few columns only, and changes nothing for readers."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if kwargs.get("update_fields") is None:
                self.tell_the_search()

    def tell_the_search(self) -> None:
        """The search reads this page again, and those under it."""
        below = list(self.get_descendants().values_list("pk", flat=True))
        changed(self.searched_as, [self.pk], now=timezone.now())
        for kind in (PAGE, NEWS) if below else ():
            changed(kind, below, now=timezone.now())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["crumbs"] = self.crumbs()
        context["can_edit"] = is_animator(request.user) and not getattr(request, "is_preview", False)
        return context

    def crumbs(self) -> list[tuple[str, str]]:
        """The way from the home page to here; no query for a page right under it."""
        above = (
            self.get_ancestors().filter(depth__gt=HOME_DEPTH).only("title", "url_path")
            if self.depth > HOME_DEPTH + 1
            else []
        )
        return [*((page.title, page.get_url()) for page in above), (self.title, "")]
