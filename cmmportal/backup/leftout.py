"""Rows that never go into a backup: what opens a session, holds a code in use, or is only a cache."""

TABLES = frozenset(
    {
        "django_session",  # a session row holds a login code in the clear while it is in use
        "usersessions_usersession",  # names the sessions; they all end with a restore
        "core_cache",  # rate limits and other passing things
        "account_emailconfirmation",  # keys of mailed links
        "socialaccount_socialtoken",  # access tokens of the single sign-on
        "socialaccount_socialapp",  # its client secret; ours stands in the environment
    }
)
