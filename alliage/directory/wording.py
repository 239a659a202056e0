"""What the directory says of an organisation, in sentences made from what is known."""

from django.utils.translation import gettext as _

from alliage.directory.models import Mention, Organisation


def _part(mention: Mention) -> str:
    """« Séquence 3, L’engagement territorial des entreprises », « Temps 2 », « Présentation de la journée »."""
    if mention.sequence:
        return _("Séquence %(number)s, %(title)s") % {"number": mention.sequence, "title": mention.title}
    return mention.title.split("\u00a0:")[0]


def reason(organisation: Organisation) -> str:
    """Why it is in the list: the parts of the day it had, and what it did there."""
    roles: dict[str, list[str]] = {}
    for mention in organisation.mentions.all():
        known = roles.setdefault(_part(mention), [])
        role = str(mention.get_role_display())
        if role not in known:
            known.append(role)
    return " · ".join(f"{part}\u00a0: {', '.join(names)}" for part, names in roles.items())


def why(organisation: Organisation) -> str:
    """Why it may matter: where one met it."""
    titles = list(dict.fromkeys(mention.title for mention in organisation.mentions.all() if mention.sequence))
    if not titles:
        return _("Citée par le programme de la Rencontre du 8 juillet 2020.")
    quoted = [f"«\u00a0{_nested(title)}\u00a0»" for title in titles]
    names = (
        quoted[0]
        if len(quoted) == 1
        else _("%(first)s et %(last)s")
        % {
            "first": ", ".join(quoted[:-1]),
            "last": quoted[-1],
        }
    )
    return _("Annoncée à la Rencontre du 8 juillet 2020 : %(names)s.") % {"names": names}


def _nested(title: str) -> str:
    """Quotation marks inside a quotation: “ ”."""
    return title.replace("«\u00a0", "“").replace("\u00a0»", "”")
