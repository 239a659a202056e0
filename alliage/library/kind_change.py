"""From one kind of resource to another: nothing that was written is lost, and it is said where it went."""

from collections.abc import Mapping

from alliage.library import kinds


def moved(sections: Mapping[str, str], *, before: str, after: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Sections as the template of `after` holds them, and (label before, label after) of those that moved.

    A section of the same code stays in its place; the text of others is added to the first section of the new template,
    under its former title.
    """
    template = kinds.sections(after)
    known = {section.code for section in template}
    kept = {code: text for code, text in sections.items() if code in known}
    first = template[0]
    went = []
    for section in kinds.sections(before):
        text = sections.get(section.code, "").strip()
        if not text or section.code in known:
            continue
        kept[first.code] = "\n\n".join(filter(None, [kept.get(first.code, ""), str(section.label), text]))
        went.append((str(section.label), str(first.label)))
    return kept, went
