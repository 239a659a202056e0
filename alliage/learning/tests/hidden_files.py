"""A file and its diagnostic under the word « canari », and the addresses where only their people find them."""

from datetime import datetime

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import file_links, respondent_links
from alliage.learning.models import Respondent
from alliage.learning.services import diagnostics, files, invitations, respondents, statements, tries
from alliage.learning.tests.factories import TerritoryFileFactory, enter


def plant_files(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts. The people of the file, their words and their answers are nobody else's; its links are secret."""
    statements.load(now=now)
    file = TerritoryFileFactory(holder=owner)
    enter(file, MemberFactory(name="canari équipière"))
    files.note(file, "canari moment", by=owner, now=now)
    files.ask(file, word="canari demande", by=MemberFactory(name="canari demandeuse"), now=now)
    invited = invitations.invite(file, "canari-f@exemple.fr", role="team", word="canari mot", by=owner, now=now)
    one = diagnostics.share(diagnostics.open_diagnostic(file, by=owner, now=now), by=owner, now=now)
    respondents.invite(one, "canari-r@exemple.fr", role="elected", by=owner, now=now)
    who = one.respondents.get()
    respondents.send(who, {"alliance-1": "1", "preuve-alliance": "canari preuve"}, now=now)
    tried = tries.begin(None, now=now)
    respondents.keep(tried, {"preuve-alliance": "canari essai"}, now=now)
    base = f"/diagnostic/dossiers/{file.pk}"
    return (
        [
            *(
                f"{base}/{page}"
                for page in ("", "moyens/", "besoins/", "histoire/", "personnes/", "diagnostics/nouveau/")
            ),
            *(f"{base}/diagnostics/{one.number}/{page}" for page in ("", "terminer/")),
            *(f"/diagnostic/repondre/{word}/" for each in (who, tried) for word in _not_links(each)),
            *(f"/diagnostic/rejoindre/{word}/" for word in (one.shared_seed, one.shared_digest, one.pk)),
            *(f"/diagnostic/invitation/{word}/" for word in (invited.seed, invited.token_digest, invited.pk)),
            f"/questionnaires/{respondent_links.token_of(who.seed)}/",
            f"/questionnaires/consultations/{one.opening_id}/",
            f"/diagnostic/invitation/{file_links.token_of(who.seed)}/",
        ],
        [
            f"{base}/besoins/",
            *(f"{base}/diagnostics/{one.number}/{act}/" for act in ("geste", "ma-reponse", "terminer")),
        ],
    )


def _not_links(who: Respondent) -> tuple[object, ...]:
    """What a copy of the database holds of a link: none of it opens anything."""
    return who.seed, who.token_digest, who.pk, who.key
