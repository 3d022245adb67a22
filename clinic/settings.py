"""Settings, all of them from the environment; a development machine needs none set.

Variables: ENVIRONMENT (development, test, production), SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS,
CSRF_TRUSTED_ORIGINS, EMAIL_URL, DEFAULT_FROM_EMAIL, FOOTNOTE_VAR, WEB_DATABASE_ROLE, TRUST_PROXY,
ATTACHMENTS_DIR (where attached files lie; attachments/ under FOOTNOTE_VAR unless it is set).
"""

import os
from pathlib import Path

from bootstrap_wrapper import get_bootstrap_css_dir
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from clinic import embedded_postgres
from clinic.local_secret import local_secret_key

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("FOOTNOTE_VAR", BASE_DIR / "var")

ENVIRONMENT = env.str("ENVIRONMENT", "development")
if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured("ENVIRONMENT must be development, test or production.")
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if IS_PRODUCTION:
        raise ImproperlyConfigured("ENVIRONMENT=production needs SECRET_KEY to be set.")
    SECRET_KEY = local_secret_key(VAR_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "clinic",
    "cases",
    "referrals",
    "clinic.apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # allauth's list of passkeys loads it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.middleware.private_pages",
    "clinic.middleware.refuse_garbage",
    "clinic.middleware.refuse_too_much",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "clinic.middleware.session_limits",
    "clinic.middleware.current_clinic",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.read_audit",
    "cases.middleware.MergedRecords",
    "referrals.middleware.keep_place",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
ASGI_APPLICATION = "clinic.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.access.permissions_for_templates",
            ],
        },
    }
]

# Database: PostgreSQL only. Without DATABASE_URL the embedded server under var/ (see ADR 0001).
_database_url = env.str("DATABASE_URL", "")
if not _database_url:
    if IS_PRODUCTION:
        raise ImproperlyConfigured("ENVIRONMENT=production needs DATABASE_URL to be set.")
    _database_url = embedded_postgres.url(VAR_DIR / "postgres")
    os.environ.pop("DATABASE_URL", None)  # an empty one is none
WEB_DATABASE_ROLE = env.str("WEB_DATABASE_ROLE", "footnote_web")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", _database_url)}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 0,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 8), "timeout": 5},
        # Of cursors that ask for it: see clinic/planned.py.
        "prepare_threshold": 3,
        # The trigram thresholds were measured: recall 1.00 with one typo, 13 ms at a million names.
        "options": "-c pg_trgm.similarity_threshold=0.45 -c pg_trgm.word_similarity_threshold=0.45"
        " -c lock_timeout=5s -c statement_timeout=30s",
    },
    # A migrated database to copy instead of migrating anew (see clinic/embedded_postgres/testing.py).
    "TEST": {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", "") or None},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # allauth counts rate limits and used TOTP codes here: every worker process must see the same.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# Signing in
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "cases:home"
ACCOUNT_ADAPTER = "clinic.accounts.ClosedAccountAdapter"
ACCOUNT_FORMS = {"login": "clinic.account_forms.LogInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "clinic.accounts.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip", "login": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Footnote"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
# Browsers refuse the __Host- prefix without HTTPS, which a development machine does not have.
SESSION_COOKIE_NAME = "__Host-session" if IS_PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_PRODUCTION else "csrf"
# Messages name patients; the default would keep them in a cookie that anybody at the browser can read.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "clinic.views.csrf_failure"

# Transport and content
SECURE_SSL_REDIRECT = IS_PRODUCTION
# A probe beside the server asks without TLS, and learns nothing but "ok".
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
if env.bool("TRUST_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Without it all clients have the proxy's address, and one person's wrong passwords lock out all.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Attached files
ATTACHMENTS_DIR = env.path("ATTACHMENTS_DIR", VAR_DIR / "attachments").absolute()
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
ATTACHMENTS_AT_ONCE = 20
# A request above this is refused before any of it is read; a proxy in front may refuse at the same size.
REQUEST_MAX_BYTES = 30 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["cases.attachments.uploads.SpoolHandler"]

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_css_dir())]
for _served in (STATIC_ROOT, BASE_DIR / "static"):
    if ATTACHMENTS_DIR.resolve().is_relative_to(_served.resolve()):
        raise ImproperlyConfigured(f"ATTACHMENTS_DIR lies in {_served}, which is served to everybody.")
# Tests serve the files where they lie, without collecting them first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Language and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English (UK)"), ("en-au", "English (Australia)")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

# Audit
PGHISTORY_APPEND_ONLY = True

# Jobs
PROCRASTINATE_ON_APP_READY = None

# E-mail: the console unless a server is named.
EMAIL_CONFIG = {"EMAIL_TIMEOUT": 10} | {
    name: value for name, value in env.dj_email_url("EMAIL_URL", "console:").items() if value is not None
}
globals().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Footnote <footnote@localhost>")
# Letters go by e-mail where a server takes them. On a development machine they go to the console.
EMAIL_OFFERED = not IS_PRODUCTION or EMAIL_CONFIG["EMAIL_BACKEND"].endswith(".smtp.EmailBackend")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "clinic.log_format.WithoutRows",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
