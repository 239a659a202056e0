"""Make the site's first pages and the rights of editors."""

import logging
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.website import editors, first_content


class Command(BaseCommand):
    help = "Make what is missing of the site's pages and of the rights of editors; never change what exists."

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # its journal of pages is for editors, not for a start
        made = first_content.set_up(now=timezone.now())
        editors.set_up()
        for title in made:
            self.stdout.write(_("Page créée : %(title)s") % {"title": title})
        if not made:
            self.stdout.write(_("Les pages du site sont en place."))
