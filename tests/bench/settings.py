"""The portal's settings with one more address, for the bare page that the others are compared with."""

from cmmportal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
