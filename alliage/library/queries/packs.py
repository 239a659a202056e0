"""What a ZIP holds: the resources of a kit, of a collection, those that everyone reads."""

from django.conf import settings
from django.urls import reverse

from alliage.library.enums import Sharing
from alliage.library.models import Collection, Resource
from alliage.library.packs import Pack
from alliage.library.queries.resources import shown


def of_kit(kit: Resource) -> Pack:
    """The kit, then the sheets of its steps, each once."""
    numbers = [item["resource"] for item in kit.content["kit_items"] if item["resource"] not in (None, kit.pk)]
    known = shown().select_related("replaced_by").in_bulk(dict.fromkeys(numbers))
    sheets = [known[number] for number in dict.fromkeys(numbers) if number in known]
    return Pack(kit.title, kit.summary, kit.permanent_url, [kit, *sheets])


def of_collection(collection: Collection) -> Pack:
    """In the order of its holder; never her notes."""
    found = shown().select_related("replaced_by").in_bulk(list(collection.items.values_list("resource_id", flat=True)))
    ordered = [found[pk] for pk in collection.items.values_list("resource_id", flat=True) if pk in found]
    is_public = collection.sharing == Sharing.PUBLIC
    url = settings.ORIGIN + (collection.get_absolute_url() if is_public else reverse("library:index"))
    return Pack(collection.name, collection.text, url, ordered)
