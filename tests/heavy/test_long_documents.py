"""A long report is read in the background, within bounds: 200 pages in less than 30 seconds of work and 150 MB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = 200
SECONDS, MEGABYTES = 30, 150
# In a process of its own, as the worker is: what it takes at most is then known.
READ = """
import json, os, re, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
import django
django.setup()
from alliage.files import texts
from alliage.library import metadata
# Not getrusage: what it says of a process begins with the peak of the one that started it.
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before, began = peak(), time.process_time()
with open(sys.argv[1], "rb") as document:
    found = metadata.of_document(document, "pdf", "rapport-2024.pdf")
    text = texts.text_of(document, "pdf", clock=time.process_time)
print(json.dumps({"seconds": time.process_time() - began, "more": peak() - before, "peak": peak(), "last": "page 200" in text,
                  "length": len(text), "title": found.title}))
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    import typst

    folder = tmp_path_factory.mktemp("rapport")
    sentence = "Le territoire réunit les habitants, les élus et les associations pour agir ensemble. " * 28
    pages = "\n#pagebreak()\n".join(
        f"Voici la page {number} du rapport.\n\n{sentence}" for number in range(1, PAGES + 1)
    )
    (folder / "rapport.typ").write_text(f'#set document(title: "Un long rapport")\n{pages}', encoding="utf-8")
    typst.compile(str(folder / "rapport.typ"), output=str(folder / "rapport.pdf"))
    return folder / "rapport.pdf"


def test_a_report_of_200_pages_is_read_whole_within_bounds(report):
    answer = subprocess.run(
        [sys.executable, "-c", READ, str(report)], check=True, capture_output=True, text=True, timeout=600
    )
    told = json.loads(answer.stdout.strip().splitlines()[-1])
    print(f"{report.stat().st_size} bytes, {told}")
    assert told["title"] == "Un long rapport"
    assert told["last"], "the last page was read"
    assert told["seconds"] < SECONDS
    assert 0 < told["more"] < MEGABYTES
