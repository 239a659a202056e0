"""The pages process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")

application = get_wsgi_application()

from alliage.config.patience import be_a_page_server  # noqa: E402 settings are ready now
from alliage.config.warming import warm_up  # noqa: E402
from alliage.ui import sentences  # noqa: E402

be_a_page_server()
sentences.keep()
warm_up(application)
