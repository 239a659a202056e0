"""Every environment variable the platform reads, with its default and what it is for.

The one list of settings: `settings.py` reads values only through `value()`, `docs/settings.md` is generated from
`VARIABLES`, and a test refuses a variable read elsewhere.
"""

import os
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    purpose: str
    secret: bool = False


VARIABLES = [
    Variable("PORT", "8000", "Port of the site started by `make run`."),
    Variable("ALLIAGE_BIND", "127.0.0.1", "Address the servers listen on."),
    Variable(
        "ALLIAGE_VAR", "var", "Folder of everything written at run time: database, files, mails kept, static files."
    ),
    Variable("ALLIAGE_PRODUCTION", "0", "1 on a real site: refuses a default secret, sends HSTS and secure cookies."),
    Variable(
        "ALLIAGE_DEMO",
        "",
        "Demonstration mode (personas, mails kept). Empty: on when not in production and bound to this machine; "
        "1: on even when the site can be reached from elsewhere; 0: off.",
    ),
    Variable("ALLIAGE_DEBUG", "0", "1 shows Django's technical error pages; development only."),
    Variable(
        "ALLIAGE_SECRET_KEY", "development-only-secret", "Signs sessions and links; 50 random characters.", secret=True
    ),
    Variable("ALLIAGE_HOSTS", "localhost,127.0.0.1,[::1]", "Host names the site answers to, separated by commas."),
    Variable("ALLIAGE_ORIGIN", "", "Public address of the site, with https://. Empty: http://localhost:PORT."),
    Variable(
        "DATABASE_URL", "", "PostgreSQL address (postgres://user:password@host/name). Empty: SQLite in ALLIAGE_VAR."
    ),
    Variable(
        "DATABASE_URL_TEST", "", "PostgreSQL address for `make test`; a database of its own is created and dropped."
    ),
    Variable("REDIS_URL", "", "Shared cache (redis://host:6379/0). Empty: memory of each process."),
    Variable(
        "EMAIL_URL",
        "",
        "Mail server (smtp://user:password@host:587?tls=1). Empty: mails are kept in ALLIAGE_VAR.",
        secret=True,
    ),
    Variable("ALLIAGE_MAIL_FROM", "Alliage <ne-pas-repondre@localhost>", "Sender of the mails."),
    Variable(
        "ALLIAGE_REPLY_ADDRESS",
        "",
        "Address that takes answers to our mails (reponses@exemple.fr); its server must deliver reponses+anything@exemple.fr to it. "
        "Empty: mails are not answered.",
    ),
    Variable(
        "ALLIAGE_REPLY_MAILBOX",
        "",
        "Mailbox of these answers (imaps://user:password@host/INBOX), read each minute. Empty: the mail server hands each message to "
        "`alliage receive_reply`.",
        secret=True,
    ),
    Variable("ALLIAGE_PHONE", "", "Telephone of the network, printed in the letters to territories. Empty: none."),
    Variable("ALLIAGE_OIDC_NAME", "", "Name on the button of an OpenID Connect identity provider."),
    Variable("ALLIAGE_OIDC_ISSUER", "", "Its address (the one that serves /.well-known/openid-configuration)."),
    Variable("ALLIAGE_OIDC_CLIENT_ID", "", "Client identifier it gave."),
    Variable("ALLIAGE_OIDC_SECRET", "", "Client secret it gave.", secret=True),
    Variable("ALLIAGE_PAGE_THREADS", "4", "Threads of a page server; each may hold one database connection."),
    Variable("ALLIAGE_PROXY", "0", "1 behind a reverse proxy that sets X-Forwarded-Proto and X-Forwarded-For."),
    Variable(
        "ALLIAGE_FETCH_LOCAL",
        "0",
        "1 lets the platform read outside directories on this very machine; development only, ignored in production.",
    ),
    Variable(
        "ALLIAGE_EMBED_ANYWHERE",
        "0",
        "1 lets any site show our frames; 0: only the sites that animators allow, and this machine in demonstration.",
    ),
    Variable(
        "ALLIAGE_REQUEST_DAYS",
        "5",
        "Working days that catalysts have to answer a request for help before animators do.",
    ),
    Variable(
        "ALLIAGE_REQUEST_KEPT_DAYS",
        "180",
        "Days after the last act when a request for help is erased: name, addresses, words exchanged.",
    ),
    Variable(
        "ALLIAGE_GROUP_DORMANT_MONTHS",
        "6",
        "Months without a session, a message or a date after which a group of peers is said dormant to its members.",
    ),
    Variable("ALLIAGE_LOG_LEVEL", "INFO", "Least serious messages written to the log."),
]

_BY_NAME = {variable.name: variable for variable in VARIABLES}


def value(name: str) -> str:
    """Return the variable's value, or its default; an undeclared name is a programming error (KeyError)."""
    return os.environ.get(name, _BY_NAME[name].default)


def flag(name: str) -> bool:
    return value(name).strip().lower() in {"1", "true", "yes", "oui", "on"}


def items(name: str) -> list[str]:
    return [item.strip() for item in value(name).split(",") if item.strip()]


def number(name: str, low: int, high: int) -> int:
    """Return the variable as a whole number between the two; anything else is said in the words of whoever set it."""
    text = value(name).strip()
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ImproperlyConfigured(f"{name}={text} : donnez un nombre entier entre {low} et {high}.")
    return int(text)
