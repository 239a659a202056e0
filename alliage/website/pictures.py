"""Images of editorial pages, whatever their number, in one query."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from wagtail.fields import StreamValue
from wagtail.images.models import AbstractImage


def prepare(images: Iterable[AbstractImage | None]) -> None:
    """Read at once the sizes already made of these images."""
    prefetch_related_objects([image for image in images if image], "renditions")


def of_body(body: StreamValue) -> list[AbstractImage | None]:
    return [block.value["image"] for block in body if block.block_type == "picture"]
