"""Tables of `questionnaires`: what is asked and answered, on a screen or on paper; the figures that are published."""

from alliage.questionnaires.models.asking import Opening, Questionnaire, Response, Version
from alliage.questionnaires.models.ballots import Ballot
from alliage.questionnaires.models.barometers import Barometer, PublishedFigure

__all__ = ["Ballot", "Barometer", "Opening", "PublishedFigure", "Questionnaire", "Response", "Version"]
