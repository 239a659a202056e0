"""What the directory says of an organisation, in sentences made from what is known."""

from django.utils.translation import gettext as _

from alliage.directory.models import Mention, Organisation


def said(mention: Mention) -> str:
    """« Regards croisés, séquence 1 », « Appui, temps 3 », « Étude ou sondage, présentation de la journée »."""
    role = str(mention.get_role_display())
    where = mention.title.split("\u00a0:")[0]
    where = (
        _("séquence %(number)s") % {"number": mention.sequence} if mention.sequence else where[:1].lower() + where[1:]
    )
    return f"{role[:1].upper()}{role[1:]}, {where}"


def reason(organisation: Organisation) -> str:
    """Why it is in the list: each of its parts in the day, once."""
    return " · ".join(dict.fromkeys(said(mention) for mention in organisation.mentions.all()))


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
    return _("Annoncée à la Rencontre du 8 juillet 2020 : %(names)s.") % {"names": names}


def _nested(title: str) -> str:
    """Quotation marks inside a quotation: “ ”."""
    return title.replace("«\u00a0", "“").replace("\u00a0»", "”")
