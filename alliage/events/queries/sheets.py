"""Reads of sheets: what a member's own hold."""

from typing import Any

from alliage.events.models import Sheet


def export_of(member: Any) -> list[dict[str, Any]]:
    """What the member gave as a speaker, in each event where the programme knows their account."""
    found = Sheet.objects.filter(speaker__member=member).select_related("speaker__event", "photo", "slides")
    return [
        {
            "evenement": each.speaker.event.title if each.speaker else "",
            "reponse": each.get_answer_display(),
            "presentation": each.bio,
            "liens": each.links,
            "enregistrement": each.get_recording_display(),
            "accord": each.recording_text,
            "message": each.message,
            "photo": str(each.photo or ""),
            "diapositives": str(each.slides or ""),
        }
        for each in found.order_by("pk")
    ]
