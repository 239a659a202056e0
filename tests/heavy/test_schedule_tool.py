"""`schedule.json` read by the tool that conferences make theirs with, in an environment of its own: it asks for older libraries than ours.

It reads the day of 2020, finds each sequence in its room at its hour, and writes it again as the XML that apps of conferences read.
"""

import json
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from alliage.events.services import founding

pytestmark = pytest.mark.django_db
TOOL = "c3voc-schedule-tools==1.1.0"
READ = """
import json, sys
from voc.schedule import Schedule
schedule = Schedule.from_file(sys.argv[1])
found = []
schedule.foreach_event(lambda event: found.append([event["title"], event["room"], event["start"], event["duration"]]))
xml = schedule.xml()
print(json.dumps({"events": found, "days": schedule.conference("daysCount"), "zone": str(schedule.tz()), "xml": xml.count("<event ")}))
"""


def test_a_tool_made_for_it_reads_the_schedule_and_writes_it_in_xml(tmp_path):
    founding.load(founding.read(), now=timezone.now())
    asked = Client().get("/rencontres/rencontre-2020/programme.json")
    file = tmp_path / "schedule.json"
    file.write_bytes(asked.content)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "tool"], check=True)
    python = tmp_path / "tool" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)
    done = subprocess.run([python, "-c", READ, file], check=True, capture_output=True, text=True, cwd=tmp_path)
    read = json.loads(done.stdout.strip().splitlines()[-1])
    assert (read["days"], read["zone"]) == (1, "Europe/Paris")
    assert len(read["events"]) == read["xml"] == 16
    assert ["Les Alliances et les ODD", "Séances communes", "09:00", "00:45"] in read["events"]
    assert sorted({event[1] for event in read["events"]}) == [
        *(f"Atelier {rank}" for rank in range(1, 6)),
        "Séances communes",
    ]
