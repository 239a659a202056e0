"""Documents of the page table: one that everyone reads, one that a member alone knows of."""

from typing import Any

from alliage.writing import services
from alliage.writing.registry import Writer, member_key
from alliage.writing.tests.factories import NOW, essay


def ids(member: Any) -> dict[str, Any]:
    writer = Writer(member_key(member), member.get_full_name(), can_write=True, can_manage=True)
    shared = essay("# Ordre du jour\nAccueil.\n\n- un devis", by=writer)
    mine = essay("Le mien.", scope_id=member.pk, by=writer)
    return {
        "essay": shared.pk,
        "essay_version": services.name_version(shared, "Première relecture", by=writer, now=NOW).pk,
        "my_essay": mine.pk,
        "my_essay_version": services.name_version(mine, "À moi", by=writer, now=NOW).pk,
    }
