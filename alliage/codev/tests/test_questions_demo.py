"""The questions of the demonstration: fictitious, marked, added once."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from alliage.codev.models import Answer, Complement, Question
from alliage.codev.queries import questions
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db


def test_questions_of_the_demonstration_are_added_once_and_tell_nobody():
    for command in ("load_taxonomy", "load_demo_questions"):
        call_command(command, stdout=StringIO())
    assert not Question.objects.exists()  # nobody of the demonstration is there yet
    for command in ("load_personas", "load_demo_groups", "load_demo_questions", "load_demo_questions"):
        call_command(command, stdout=StringIO())
    assert Question.objects.count() == 5
    assert not Question.objects.filter(is_demo=False).exists()
    assert questions.public().count() == 3
    answered = Question.objects.exclude(accepted=None).get()
    assert (answered.answer_count, answered.accepted.thanks_count) == (2, 2)
    assert (Answer.objects.count(), Complement.objects.count()) == (5, 1)
    assert len([each for each in Question.objects.all() if each.waits]) == 2
    assert not Notification.objects.exists()
    assert json.dumps(questions.record(answered), default=str)
