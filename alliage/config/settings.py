"""Settings, in one place. Values that a site may change come from `environment.py`."""

import os
import re
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from alliage.config.environment import flag, items, number, value

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(value("ALLIAGE_VAR")).resolve()
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError:
    raise ImproperlyConfigured(
        f"ALLIAGE_VAR : impossible de créer le dossier {VAR_DIR}. Choisissez-en un où vous pouvez écrire."
    ) from None
if not os.access(VAR_DIR, os.W_OK | os.X_OK):
    raise ImproperlyConfigured(
        f"ALLIAGE_VAR : vous ne pouvez pas écrire dans le dossier {VAR_DIR}. Rendez-le vôtre, ou choisissez-en un autre."
    )


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


# --- What kind of site this is -------------------------------------------------------------------------------------

PRODUCTION = flag("ALLIAGE_PRODUCTION")
DEBUG = flag("ALLIAGE_DEBUG") and not PRODUCTION
FETCH_LOCAL = flag("ALLIAGE_FETCH_LOCAL") and not PRODUCTION
EMBED_ANYWHERE = flag("ALLIAGE_EMBED_ANYWHERE")
REQUEST_DAYS = number("ALLIAGE_REQUEST_DAYS", 1, 60)
REQUEST_KEPT_DAYS = number("ALLIAGE_REQUEST_KEPT_DAYS", 1, 3650)
GROUP_DORMANT_MONTHS = number("ALLIAGE_GROUP_DORMANT_MONTHS", 1, 120)
PORT = number("PORT", 1, 65_535)
BIND = value("ALLIAGE_BIND")
BOUND_TO_LOOPBACK = _is_loopback(BIND)
DEMO_FORCED = flag("ALLIAGE_DEMO")
DEMO = DEMO_FORCED or (not value("ALLIAGE_DEMO") and not PRODUCTION and BOUND_TO_LOOPBACK)
ORIGIN = value("ALLIAGE_ORIGIN").rstrip("/") or f"http://localhost:{PORT}"

SECRET_KEY = value("ALLIAGE_SECRET_KEY")
if PRODUCTION and (SECRET_KEY == "development-only-secret" or len(SECRET_KEY) < 40):  # noqa: S105 the refused default
    raise ImproperlyConfigured("ALLIAGE_SECRET_KEY : en production, donnez une clé secrète d’au moins 40 caractères.")
ALLOWED_HOSTS = items("ALLIAGE_HOSTS")
CSRF_TRUSTED_ORIGINS = [ORIGIN]

# --- Applications, from the front to the foundations ---------------------------------------------------------------

ALLIAGE_APPS = [
    "alliage.website",
    "alliage.operations",
    "alliage.learning",
    "alliage.codev",
    "alliage.events",
    "alliage.agreements",
    "alliage.library",
    "alliage.directory",
    "alliage.rooms",
    "alliage.questionnaires",
    "alliage.writing",
    "alliage.paper",
    "alliage.search",
    "alliage.moderation",
    "alliage.notifications",
    "alliage.accounts",
    "alliage.taxonomy",
    "alliage.territories",
    "alliage.imports",
    "alliage.files",
    "alliage.jobs",
    "alliage.ui",
    "alliage.formats",
]

INSTALLED_APPS = [
    *ALLIAGE_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "alliage.marks.MarksMiddleware",
    "alliage.ui.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "alliage.ui.middleware.ContentPolicyMiddleware",
    "alliage.ui.middleware.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "alliage.ui.middleware.SignedOutMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alliage.accounts.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "alliage.config.urls"
WSGI_APPLICATION = "alliage.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliage.ui.context.layout",
            ],
        },
    }
]

FORM_RENDERER = "alliage.ui.forms.FormRenderer"

# --- Data ----------------------------------------------------------------------------------------------------------

try:
    DATABASES = {
        "default": dj_database_url.parse(
            value("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'alliage.sqlite3'}",
            conn_max_age=60,
            conn_health_checks=True,
        )
    }
except ValueError:
    raise ImproperlyConfigured(
        "DATABASE_URL : adresse illisible. Elle s’écrit postgres://utilisateur:motdepasse@machine:5432/base, et les "
        "caractères spéciaux du mot de passe sous la forme %xx."
    ) from None
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the writer (WAL); a write takes its turn at once instead of failing half-way (IMMEDIATE).
    # Pages wait for less than commands do: alliage/config/patience.py.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }

CACHES = {
    "default": (
        {
            "BACKEND": "alliage.ui.cache.PatientCache",
            "LOCATION": value("REDIS_URL"),
            "KEY_PREFIX": "alliage",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
        if value("REDIS_URL")
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    )
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}

MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "alliage.ui.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# --- Language and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
# Off: identifiers in forms and addresses, and years, are numbers too. What people count is written with `|number`.
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Europe/Paris"
USE_TZ = True
FORMAT_MODULE_PATH = ["alliage.ui.formats"]

# --- Mail ----------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = value("ALLIAGE_MAIL_FROM")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("ALLIAGE_MAIL_FROM : donnez une adresse, par exemple « Alliage <contact@exemple.fr> ».")
MAIL_DIR = VAR_DIR / "mails"
NETWORK_PHONE = value("ALLIAGE_PHONE")
REPLY_ADDRESS = value("ALLIAGE_REPLY_ADDRESS")
REPLY_MAILBOX = value("ALLIAGE_REPLY_MAILBOX")
# What is before the @ holds 64 characters: ours take 50 (notifications/reading.py).
if REPLY_ADDRESS and not re.fullmatch(r"[a-z0-9._-]{1,14}@[a-z0-9.-]+", REPLY_ADDRESS):
    raise ImproperlyConfigured(
        "ALLIAGE_REPLY_ADDRESS : donnez une adresse en minuscules, de 14 caractères au plus avant le @ (reponses@exemple.fr)."
    )
if REPLY_MAILBOX and urlsplit(REPLY_MAILBOX).scheme not in {"imap", "imaps"}:
    raise ImproperlyConfigured(
        "ALLIAGE_REPLY_MAILBOX : adresse illisible. Elle s’écrit imaps://utilisateur:motdepasse@machine/INBOX."
    )
MAIL_IS_KEPT = DEMO or not value("EMAIL_URL")
if MAIL_IS_KEPT:
    EMAIL_BACKEND = "alliage.notifications.backends.KeptMailBackend"
else:
    _mail = urlsplit(value("EMAIL_URL"))
    try:
        _mail_port = _mail.port or 25
    except ValueError:
        _mail_port = 0
    if _mail.scheme != "smtp" or not _mail.hostname or not _mail_port:
        raise ImproperlyConfigured(
            "EMAIL_URL : adresse illisible. Elle s’écrit smtp://utilisateur:motdepasse@machine:587?tls=1."
        )
    _mail_options = parse_qs(_mail.query)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail_port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = "tls" in _mail_options, "ssl" in _mail_options
    EMAIL_TIMEOUT = 8

# --- Accounts ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["alliage.accounts.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mon-espace/"
ACCOUNT_ADAPTER = "alliage.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Strict for one account or address, wide for one network address: a hall of 350 people shares it, and must get in.
_HALL = "600/10m/ip"
ACCOUNT_RATE_LIMITS = {
    "login": _HALL,
    "login_failed": f"5/15m/key,{_HALL}",
    "request_login_code": f"3/m/key,10/h/key,{_HALL}",
    "signup": _HALL,
    "reauthenticate": "5/m/user",
    "change_password": "5/m/user",
    "manage_email": "5/10m/user",
    "confirm_email": "1/10s/key,10/h/key",
    "invite": "30/h/user,100/d/user",
    "accept_invitation": _HALL,
}
# Behind a proxy the client's address is the one that the proxy nearest to us wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("ALLIAGE_PROXY") else 0
ACCOUNT_FORMS = {
    "add_email": "alliage.accounts.forms.AddressForm",
    "set_password": "alliage.accounts.forms.ChoosePasswordForm",
    "change_password": "alliage.accounts.forms.OtherPasswordForm",
    "reauthenticate": "alliage.accounts.forms.PasswordAgainForm",
}
MFA_ADAPTER = "alliage.accounts.adapters.MfaAdapter"
MFA_RATE_LIMITS = {"webauthn_login": _HALL}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_FORMS = {
    "add_webauthn": "alliage.accounts.forms.PasskeyForm",
    "login_webauthn": "alliage.accounts.forms.PasskeyEnterForm",
    "authenticate_webauthn": "alliage.accounts.forms.PasskeyProofForm",
    "reauthenticate_webauthn": "alliage.accounts.forms.PasskeyAgainForm",
    "activate_totp": "alliage.accounts.forms.ActivateApplicationForm",
    "authenticate": "alliage.accounts.forms.SecondProofForm",
    "reauthenticate": "alliage.accounts.forms.SecondProofAgainForm",
}
SOCIALACCOUNT_ADAPTER = "alliage.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "alliage.accounts.forms.SocialOpenAccountForm",
    "disconnect": "alliage.accounts.forms.UnlinkForm",
}
SOCIALACCOUNT_PROVIDERS = {}
if value("ALLIAGE_OIDC_ISSUER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": value("ALLIAGE_OIDC_NAME") or "OpenID Connect",
                "client_id": value("ALLIAGE_OIDC_CLIENT_ID"),
                "secret": value("ALLIAGE_OIDC_SECRET"),
                "settings": {"server_url": value("ALLIAGE_OIDC_ISSUER")},
            }
        ],
    }

# --- Editorial pages -----------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Alliage"
WAGTAILADMIN_BASE_URL = ORIGIN
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILEMBEDS_FINDERS: list[dict] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}

# --- Safety --------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the CMS frames the page it previews: our own site may, nobody else
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "alliage.ui.views.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if flag("ALLIAGE_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
BEHIND_PROXY = flag("ALLIAGE_PROXY")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

PAGE_THREADS = number("ALLIAGE_PAGE_THREADS", 1, 64)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": value("ALLIAGE_LOG_LEVEL")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        # A line with its trace for each robot that asks for another name would hide what matters: it gets a 400.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # One line per task twice would hide what matters; failures are warnings and errors, and stay.
        "django_tasks": {"level": "WARNING"},
        # An address that is read may be what a member writes about and has not published.
        "httpx": {"level": "WARNING"},
        "django_tasks_db": {"level": "ERROR"},  # « starting », « shutting down »: said by the supervisor
    },
}
