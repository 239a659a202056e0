"""Questions and results ready for a page.

Templates: `_question.html` (asked), `_form.html` (several), `_result.html` (shown), `_results.html` (several).
"""

from alliage.questionnaires.drawing.asking import Asked, asked, asked_all, minutes, pages
from alliage.questionnaires.drawing.showing import Shown, shown, shown_all

__all__ = ["Asked", "Shown", "asked", "asked_all", "minutes", "pages", "shown", "shown_all"]
