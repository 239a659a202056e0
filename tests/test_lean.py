"""Page servers start without the large libraries that no page uses, and these can still be imported afterwards."""

import subprocess
import sys

from alliage.config import lean

PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "alliage.config.settings"
from alliage.config import lean
import alliage.config.wsgi
print([name for name in lean.NEEDLESS if name in sys.modules])
for name in lean.NEEDLESS:
    __import__(name)
"""


def test_no_needless_library_is_loaded_by_a_page_server_and_each_may_be_loaded_later() -> None:
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_library_that_is_already_there_stays() -> None:
    with lean._absent(("json",)):
        import json

        assert json.dumps(1) == "1"
