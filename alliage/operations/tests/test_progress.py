"""A step of the preparation shows how far it is in a few words, whatever its command says."""

from io import StringIO

from django.core.management.base import OutputWrapper

from alliage.operations.progress import StepProgress


def shown(*lines: str, expected: int = 0) -> tuple[str, str]:
    screen = StringIO()
    progress = StepProgress(OutputWrapper(screen), expected=expected)
    for line in lines:
        progress.write(line)
    return screen.getvalue(), progress.said()


def test_quarters_are_shown_once_each_as_they_are_passed():
    screen, said = shown(*(f"Territoires\u00a0: {percent}\u00a0% (commune)\n" for percent in (0, 10, 26, 27, 80, 100)))
    assert screen == " 25\u00a0% 75\u00a0%"
    assert said.count("\n") == 6


def test_migrations_are_counted_out_of_those_to_apply():
    assert shown(*["  Applying a.0001... OK\n"] * 4, expected=4)[0] == " 25\u00a0% 50\u00a0% 75\u00a0%"
    assert shown("  Applying a.0001... OK\n")[0] == ""


def test_other_words_are_kept_and_not_shown():
    assert shown("Page créée : Accueil") == ("", "Page créée : Accueil\n")
    assert shown() == ("", "")
