# The commands of the portal; README.md says what each does. Every one works from a fresh clone.

PYTHON := .venv/bin/python
TEMPLATES := $(wildcard templates)
SERVICES_DATABASE = postgres://$(shell id -un)@127.0.0.1:5432/cmmportal
SERVICES_REDIS = redis://127.0.0.1:6379/15
# Tests must not depend on, or write to, what somebody's shell or data folder holds. And they start many processes, each
# of which would compile all of the portal anew where no bytecode may be written.
OWN = SITE_URL SECRET_KEY SECRET_KEY_FILE SECRET_KEY_OLD SECRET_KEY_OLD_FILE \
  ATTRIBUTION_KEY ATTRIBUTION_KEY_FILE ALLOWED_HOSTS EMAIL_URL EMAIL_URL_FILE \
  EMAIL_BULK_URL EMAIL_BULK_URL_FILE MAIL_FROM MAIL_REPLY_TO MAIL_DOMAIN MAIL_RATE OIDC_URL OIDC_CLIENT_ID \
  OIDC_CLIENT_SECRET OIDC_CLIENT_SECRET_FILE TRUSTED_PROXIES LOG_LEVEL PORTAL_DEMO DEMO_PASSWORD DEMO_PASSWORD_FILE \
  DEBUG PORT DATABASE_URL_FILE REDIS_URL_FILE PYTHONDONTWRITEBYTECODE
# One worker more than cores, for much of what starts real processes is waiting; who is done first takes from the others.
WORKERS = --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal
PYTEST = folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
  env $(OWN:%=-u %)

.PHONY: run test test-services faults bench lint format audit screenshots setup lock

run: setup
	@exec $(PYTHON) manage.py run --parent $$PPID

test: setup
	@$(PYTEST) -u DATABASE_URL -u REDIS_URL DATA_DIR="$$folder" $(PYTHON) -m pytest --ds=cmmportal.settings $(WORKERS) $(ARGS)

test-services: export DATABASE_URL ?= $(SERVICES_DATABASE)
test-services: export REDIS_URL ?= $(SERVICES_REDIS)
test-services: setup
	@$(PYTEST) DATA_DIR="$$folder" $(PYTHON) -m pytest --ds=cmmportal.settings $(WORKERS) $(ARGS)

# Breaks running portals on purpose and prints a table; make faults ARGS="F1 F9 --short --on embedded" for some of it.
faults: setup
	@env $(OWN:%=-u %) -u DATABASE_URL -u REDIS_URL $(PYTHON) -m tests.faults $(ARGS)

# Prints tables in Markdown; make bench ARGS="pages memory" for some of it. Uses the services where they answer.
bench: export DATABASE_URL ?= $(SERVICES_DATABASE)
bench: export REDIS_URL ?= redis://127.0.0.1:6379/13
bench: setup
	@env $(OWN:%=-u %) $(PYTHON) -m tests.bench $(ARGS)

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m djlint --check --lint --quiet $(TEMPLATES)
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

format: setup
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m djlint --reformat --quiet $(TEMPLATES) || true

audit: setup
	@env $(OWN:%=-u %) -u DATABASE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=cmmportal.settings .ci/audit

# Takes the README's pictures of the demo anew; needs a Chromium.
screenshots: setup
	@env $(OWN:%=-u %) -u DATABASE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=cmmportal.settings $(PYTHON) -m tests.screenshots

setup:
	@.ci/bootstrap

# Writes the hashed locks anew from pyproject.toml; add ARGS=--upgrade for newer versions.
lock: setup
	$(PYTHON) -m uv pip compile $(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	$(PYTHON) -m uv pip compile $(LOCK) $(ARGS) --group dev --constraint requirements.lock pyproject.toml \
	  --output-file requirements-dev.lock
LOCK = --quiet --universal --generate-hashes --python-version 3.12 --no-header --no-annotate --no-emit-index-url \
  --no-emit-find-links
