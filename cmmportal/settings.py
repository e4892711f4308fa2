"""Every setting of the portal, in one file. What differs between installations comes from the environment."""

import datetime as dt
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from cmmportal import datafolder, environment, targets
from cmmportal.hostnames import is_host_name, is_served

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where we run -----------------------------------------------------------------------------------------------

PORT = environment.whole_number("PORT", 8000, lowest=1, highest=65535)
_site = targets.site("SITE_URL", environment.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/"))
SITE_URL = f"{_site.scheme}://{_site.netloc}".lower()
SITE_HOST = str(_site.hostname)
IS_PRODUCTION = _site.scheme == "https"

DEBUG = environment.flag("DEBUG", default=False)
if DEBUG and IS_PRODUCTION:
    environment.refuse("DEBUG", "must be off where SITE_URL begins with https://")
LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))

DATA_DIR = datafolder.open_data_folder((BASE_DIR / environment.text("DATA_DIR", "var")).expanduser().resolve())

PORTAL_DEMO = environment.flag("PORTAL_DEMO", default=not IS_PRODUCTION)
DEMO_PASSWORD = environment.secret("DEMO_PASSWORD") if PORTAL_DEMO else ""
if DEMO_PASSWORD and len(DEMO_PASSWORD) < 12:
    environment.refuse("DEMO_PASSWORD", "must have at least 12 characters")
if PORTAL_DEMO and not DEMO_PASSWORD:
    DEMO_PASSWORD = datafolder.kept_secret(DATA_DIR / "demo_password", length=12)

# --- Keys and hosts ---------------------------------------------------------------------------------------------

SECRET_KEY = environment.strong_secret("SECRET_KEY")
if IS_PRODUCTION and not SECRET_KEY:
    environment.refuse("SECRET_KEY", "is required where SITE_URL begins with https://")
SECRET_KEY = SECRET_KEY or datafolder.kept_secret(DATA_DIR / "secret_key", length=64)
SECRET_KEY_FALLBACKS = environment.strong_secrets("SECRET_KEY_OLD")
# Marks texts whose writer is not stored. Never rotated with SECRET_KEY: the marks could not be made again.
ATTRIBUTION_KEY = environment.strong_secret("ATTRIBUTION_KEY") or datafolder.kept_secret(
    DATA_DIR / "attribution_key", length=64
)

ALLOWED_HOSTS = environment.host_patterns("ALLOWED_HOSTS")
if IS_PRODUCTION and not ALLOWED_HOSTS:
    environment.refuse("ALLOWED_HOSTS", "is required where SITE_URL begins with https://")
if IS_PRODUCTION and "*" in ALLOWED_HOSTS:
    environment.refuse("ALLOWED_HOSTS", "must name the hosts, not *")
if IS_PRODUCTION and not is_served(SITE_HOST, ALLOWED_HOSTS):
    environment.refuse("ALLOWED_HOSTS", f"must hold {SITE_HOST}, the host of SITE_URL: every link leads there")
ALLOWED_HOSTS = ALLOWED_HOSTS or [SITE_HOST, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Whose X-Forwarded-… headers are believed; `apps.core.proxies` removes them from everybody else's requests.
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")

# --- Applications -----------------------------------------------------------------------------------------------

OIDC_URL = environment.text("OIDC_URL")
_sso = targets.issuer("OIDC_URL", OIDC_URL) if OIDC_URL else None

INSTALLED_APPS = [
    "cmmportal",
    "apps.core",
    "apps.notifications",
    "apps.members",
    "apps.events",
    "apps.publications",
    "apps.discussions",
    "apps.pages",
    "cmmportal.admin.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *(["allauth.socialaccount.providers.openid_connect"] if OIDC_URL else []),
    "django_countries",
    "django_filters",
    "django_htmx",
    "lucide",
]

MIDDLEWARE = [
    # First what even an error page needs: no body after a HEAD, who asks, the security headers, a line in the log.
    "apps.core.middleware.HeadMiddleware",
    "apps.core.proxies.TrustedProxyMiddleware",
    "apps.core.health.LoopbackNameMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.BrowserFeaturesMiddleware",
    "apps.core.requestlog.RequestLogMiddleware",
    # BREACH: Django masks the CSRF token anew in each answer and pads compressed pages with random bytes, and
    # SameSite cookies keep foreign pages from asking in a member's name.
    "apps.core.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.middleware.PrivatePagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.lifetimes.SessionLifetimeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.core.zones.ZoneMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.unsent.SignedOutMiddleware",
    "apps.members.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "cmmportal.urls"
WSGI_APPLICATION = "cmmportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.pages.context.masthead",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, broker, cache ------------------------------------------------------------------------------------

DATABASE_URL = environment.secret("DATABASE_URL")
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "portal.sqlite3",
    "TEST": {"NAME": DATA_DIR / "test.sqlite3"},  # A file, as in life: threads and processes must meet in it.
    "OPTIONS": {
        # Take the write lock at BEGIN: a transaction that reads first and then writes could not wait for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
            "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=67108864"
        ),
    },
}
DATABASES = {"default": targets.postgres_database("DATABASE_URL", DATABASE_URL) if DATABASE_URL else SQLITE}

REDIS_URL = environment.secret("REDIS_URL")
BROKER_SOCKET = datafolder.socket_path(DATA_DIR)
BROKER_LOCATION = targets.redis_location("REDIS_URL", REDIS_URL) if REDIS_URL else f"unix://{BROKER_SOCKET}"

_MANY = {"MAX_ENTRIES": 20_000}  # Culling the usual 300 would forget rate limits under attack.
CACHES = {
    "default": {
        "BACKEND": "apps.core.cache.FallbackCache",
        "LOCATION": BROKER_LOCATION,
        "KEY_PREFIX": "portal-cache",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "health_check_interval": 30},
    },
    # Where rate limits go while Redis is away.
    "database": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache", "OPTIONS": _MANY},
}

_MINUTE, _HOUR = 60, 3600
CELERY_BROKER_URL = BROKER_LOCATION.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the longest task; then a lost task comes back within ten seconds, not after kombu's usual hundred.
    "visibility_timeout": 15 * _MINUTE,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "global_keyprefix": "portal:",
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # A task message is only a nudge: the beat nudges again.
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {"notifications.deliver": {"queue": "mail"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")


def _every(task: str, seconds: int, queue: str = "work") -> dict[str, Any]:
    """A beat entry whose unread copies die in the end: after a long pause no more of them lie there than do no harm.

    When that is, the beat's clock says, and it may be minutes behind that of the worker's machine.
    """
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds + 10 * _MINUTE}}


CELERY_BEAT_SCHEDULE = {
    "deliver": _every("notifications.deliver", 5, "mail"),
    "notify": _every("notifications.tick", 5),
    "events": _every("events.tick", 5),
    "publications": _every("publications.tick", 5),
    "publications-harvest": _every("publications.settle_harvest", _HOUR),
    "publications-read": _every("publications.read", 5),
    "publications-tidy": _every("publications.tidy", 24 * _HOUR),
    "discussions": _every("discussions.tick", _MINUTE),
    "members": _every("members.tick", 10 * _MINUTE),
    "purge": _every("notifications.purge", 6 * _HOUR),
    "core": _every("core.tick", 24 * _HOUR),
}

# --- Mail -------------------------------------------------------------------------------------------------------

MAIL_FROM = environment.mailbox("MAIL_FROM", f"CMM-WG Portal <portal@{SITE_HOST}>")
MAIL_REPLY_TO = environment.mailbox("MAIL_REPLY_TO", MAIL_FROM)
MAIL_DOMAIN = environment.text("MAIL_DOMAIN", parseaddr(MAIL_FROM)[1].rpartition("@")[2]).lower()
if not is_host_name(MAIL_DOMAIN):
    environment.refuse("MAIL_DOMAIN", "must be a domain name, such as example.org")
MAIL_RATE = environment.whole_number("MAIL_RATE", None, lowest=1, highest=1_000_000)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

EML_FOLDER = DATA_DIR / "mail"
_EML_FILES: dict[str, Any] = {"BACKEND": "apps.notifications.eml.EmailBackend", "OPTIONS": {"folder": EML_FOLDER}}
EMAIL_URL = environment.secret("EMAIL_URL")
EMAIL_BULK_URL = environment.secret("EMAIL_BULK_URL")
MAILERS = {"default": targets.smtp_mailer("EMAIL_URL", EMAIL_URL) if EMAIL_URL else _EML_FILES}
MAILERS["bulk"] = targets.smtp_mailer("EMAIL_BULK_URL", EMAIL_BULK_URL) if EMAIL_BULK_URL else MAILERS["default"]

# --- Accounts ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:dashboard"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "apps.core.passwords.ContextWordsValidator"},
]

ACCOUNT_ADAPTER = "apps.members.adapter.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # Has our adapter asked, which sends nothing but takes as long as a mail.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {
    "add_email": "apps.members.forms.NewAddressForm",
    "set_password": "apps.members.forms.FirstPasswordForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * _MINUTE  # Strict gateways hold a mail back for minutes.
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "apps.members.resetting.ResetTokens"  # noqa: S105 - a class
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "20/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * _MINUTE
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # The login form has a password field only with the second.
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The client's address is REMOTE_ADDR, set right by apps.core.proxies; nothing else reads X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 0

MFA_ADAPTER = "apps.members.secondfactor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CMM-WG Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION

USERSESSIONS_TRACK_ACTIVITY = True  # Written by SessionLifetimeMiddleware, every few minutes, not by each request.

SOCIALACCOUNT_ADAPTER = "apps.members.adapter.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.secret("OIDC_CLIENT_SECRET")
for _name, _value in (("OIDC_CLIENT_ID", OIDC_CLIENT_ID), ("OIDC_CLIENT_SECRET", OIDC_CLIENT_SECRET)):
    if _value and not OIDC_URL:
        environment.refuse(_name, "does nothing without OIDC_URL")
if OIDC_URL:
    if not OIDC_CLIENT_ID:
        environment.refuse("OIDC_CLIENT_ID", "is required with OIDC_URL")
    if not OIDC_CLIENT_SECRET:
        environment.refuse("OIDC_CLIENT_SECRET", "is required with OIDC_URL")
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": _("Single sign-on"),
                    "client_id": OIDC_CLIENT_ID,
                    "secret": OIDC_CLIENT_SECRET,
                    "settings": {"server_url": OIDC_URL},
                },
            ],
        },
    }

# --- Sessions and cookies ---------------------------------------------------------------------------------------

# (after the last request, after the login); see apps.core.lifetimes.
SESSION_LIFETIME_MEMBER = (dt.timedelta(days=14), dt.timedelta(days=60))
SESSION_LIFETIME_STAFF = (dt.timedelta(hours=4), dt.timedelta(hours=12))
SESSION_COOKIE_AGE = int(SESSION_LIFETIME_MEMBER[1].total_seconds())
SESSION_ENGINE = "apps.core.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_PREFIX = "__Host-" if IS_PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- What browsers are told -------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    # The button of the single sign-on is a form whose answer leads to the provider; browsers hold it to this rule.
    "form-action": [CSP.SELF, *([f"{_sso.scheme}://{_sso.netloc}"] if _sso else [])],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # Monitors ask on the loopback interface; see apps.core.health.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PRODUCTION or TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.core.errors.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # Addresses are unique whatever their capitals, by a constraint the check cannot see.
    "security.W005",  # HSTS is for this host only: the parent domain belongs to the institute, not to us.
    "security.W021",  # For the same reason no preloading, which would bind the whole domain.
]

# --- Uploads, files, static -------------------------------------------------------------------------------------

# A text of 1 MB in any script: what is not ASCII takes three times its bytes on the way.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
# Private, and swept (apps.core.leftovers): drafts that a killed process leaves must not pile up where all may look.
FILE_UPLOAD_TEMP_DIR = datafolder.open_data_folder(DATA_DIR / "temporary")
FILE_UPLOAD_HANDLERS = [
    "apps.core.uploadforms.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "apps.core.uploadforms.DiskUploadHandler",
]
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static" if IS_PRODUCTION else None
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Production collects, hashes and compresses beforehand; elsewhere files come straight from their packages.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False


def _static_headers(headers: Any, path: str, url: str) -> None:
    """Opened by themselves, static files may do nothing; the pages' longer policy would only weigh."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"


WHITENOISE_ADD_HEADERS_FUNCTION = _static_headers

# --- Language and time ------------------------------------------------------------------------------------------

FORMAT_MODULE_PATH = "cmmportal.formats"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]  # Only languages whose catalogue is complete.
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Logging ----------------------------------------------------------------------------------------------------

# Addresses whose lines in the log carry no member: people write there without their names, or come from doing so.
LOG_WITHOUT_MEMBER = re.compile(
    r"/discussions/|/publications/[^/]+/(circulation/|versions/[^/]+/pages/)|/settings/drafts/"
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "apps.core.logs.LineFormatter"}},
    "filters": {"calm": {"()": "apps.core.logs.CalmFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["calm"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.request": {"level": "ERROR"},
        # One line per tick, every five seconds, says nothing: failures are errors and are logged all the same.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
