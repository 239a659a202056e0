"""Editorial pages for tests."""

from datetime import date

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from alliage.website.models import NewsIndexPage, NewsPage, StandardPage


def make_standard(parent, title="Une page", slug="une-page", **fields):
    return _publish(parent, StandardPage(title=title, slug=slug, **fields))


def make_news(number=1, *, image=None, **fields):
    values = {"title": f"Nouvelle {number}", "slug": f"nouvelle-{number}", "lead": "Ce qui s’est passé."}
    values |= {"published_on": date(2026, 1, 1), "image": image, "image_alternative": "Une salle" if image else ""}
    return _publish(NewsIndexPage.objects.get(), NewsPage(**(values | fields)))


def make_image(title="Photo"):
    return get_image_model().objects.create(title=title, file=get_test_image_file(size=(1200, 900)))


def _publish(parent, page):
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return page
