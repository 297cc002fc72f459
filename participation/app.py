"""The composition root: the only module that knows every room."""

import click
from flask import Flask

from participation.accounts import api as accounts_api
from participation.accounts import commands as accounts_commands
from participation.accounts import guard as accounts_guard
from participation.accounts import jobs as accounts_jobs
from participation.accounts import messages as accounts_messages
from participation.accounts import views as accounts_views
from participation.audit import api as audit_api
from participation.audit import commands as audit_commands
from participation.audit import jobs as audit_jobs
from participation.audit import messages as audit_messages
from participation.audit import views as audit_views
from participation.backup import commands as backup_commands
from participation.ballots import api as ballots_api
from participation.ballots import commands as ballots_commands
from participation.ballots import jobs as ballots_jobs
from participation.ballots import messages as ballots_messages
from participation.ballots import views as ballots_views
from participation.ballots.paper import api as paper_api
from participation.ballots.paper import commands as paper_commands
from participation.ballots.paper import messages as paper_messages
from participation.ballots.paper import views as paper_views
from participation.budgeting import api as budgeting_api
from participation.budgeting import messages as budgeting_messages
from participation.budgeting import standing as budgeting_standing
from participation.budgeting import views as budgeting_views
from participation.comments import api as comments_api
from participation.comments import messages as comments_messages
from participation.comments import views as comments_views
from participation.config import ROOT, Settings
from participation.costings import api as costings_api
from participation.costings import jobs as costings_jobs
from participation.costings import messages as costings_messages
from participation.costings import views as costings_views
from participation.exchange import api as exchange_api
from participation.exchange import commands as exchange_commands
from participation.exchange import messages as exchange_messages
from participation.exchange import views as exchange_views
from participation.extensions import api, babel, csrf, db, migrate
from participation.gatherings import api as gatherings_api
from participation.gatherings import messages as gatherings_messages
from participation.gatherings import views as gatherings_views
from participation.kinds.administration import views as administration_views
from participation.kinds.citizens import views as citizens_views
from participation.kinds.migrant_forum import views as migrant_forum_views
from participation.kinds.online import views as online_views
from participation.kinds.steering_group import views as steering_group_views
from participation.monitoring import api as monitoring_api
from participation.monitoring import jobs as monitoring_jobs
from participation.monitoring import messages as monitoring_messages
from participation.monitoring import views as monitoring_views
from participation.oparl import commands as oparl_commands
from participation.oparl import jobs as oparl_jobs
from participation.oparl import messages as oparl_messages
from participation.oparl import views as oparl_views
from participation.outbox import commands as outbox_commands
from participation.outbox import worker
from participation.papers import api as papers_api
from participation.papers import jobs as papers_jobs
from participation.papers import losses as papers_losses
from participation.papers import messages as papers_messages
from participation.papers import views as papers_views
from participation.papers.api import concept as concept_api
from participation.papers.queries import council_on_plans
from participation.papers.services import files as papers_files
from participation.papers.views import concept as concept_views
from participation.privacy import api as privacy_api
from participation.privacy import commands as privacy_commands
from participation.privacy import jobs as privacy_jobs
from participation.privacy import messages as privacy_messages
from participation.privacy import views as privacy_views
from participation.processes import api as processes_api
from participation.processes import commands as processes_commands
from participation.processes import messages as processes_messages
from participation.processes import views as processes_views
from participation.proposals import api as proposals_api
from participation.proposals import messages as proposals_messages
from participation.proposals import views as proposals_views
from participation.results import api as results_api
from participation.results import commands as results_commands
from participation.results import jobs as results_jobs
from participation.results import messages as results_messages
from participation.results import views as results_views
from participation.rounds import api as rounds_api
from participation.rounds import commands as rounds_commands
from participation.rounds import guard as rounds_guard
from participation.rounds import messages as rounds_messages
from participation.rounds import views as rounds_views
from participation.site import api as site_api
from participation.site import demo as site_demo
from participation.site import views as site_views
from participation.storage import engine_options, pool_options, prepare_engine
from participation.texts import filters as texts_filters
from participation.web import (
    assets,
    converters,
    errors,
    headers,
    health,
    limits,
    locale,
    logs,
    messages,
    openapi,
    readable,
    rendering,
    senders,
)

PAGES = (
    health.bp,
    openapi.bp,
    site_views.bp,
    accounts_views.bp,
    audit_views.bp,
    processes_views.bp,
    rounds_views.bp,
    gatherings_views.bp,
    proposals_views.bp,
    costings_views.bp,
    comments_views.bp,
    ballots_views.bp,
    paper_views.bp,
    results_views.bp,
    budgeting_views.bp,
    concept_views.bp,
    papers_views.bp,
    monitoring_views.bp,
    exchange_views.bp,
    privacy_views.bp,
    oparl_views.bp,
    steering_group_views.bp,
    citizens_views.bp,
    online_views.bp,
    administration_views.bp,
    migrant_forum_views.bp,
)
API = (
    processes_api.blp,
    accounts_api.blp,
    audit_api.blp,
    rounds_api.blp,
    gatherings_api.blp,
    proposals_api.blp,
    costings_api.blp,
    comments_api.blp,
    ballots_api.blp,
    paper_api.blp,
    results_api.blp,
    budgeting_api.blp,
    concept_api.blp,
    papers_api.blp,
    monitoring_api.blp,
    exchange_api.blp,
    privacy_api.blp,
    site_api.blp,
)
WORDS = (
    messages.WORDS,
    accounts_messages.WORDS,
    audit_messages.WORDS,
    processes_messages.WORDS,
    rounds_messages.WORDS,
    gatherings_messages.WORDS,
    proposals_messages.WORDS,
    costings_messages.WORDS,
    comments_messages.WORDS,
    ballots_messages.WORDS,
    paper_messages.WORDS,
    results_messages.WORDS,
    budgeting_messages.WORDS,
    papers_messages.WORDS,
    monitoring_messages.WORDS,
    exchange_messages.WORDS,
    privacy_messages.WORDS,
    oparl_messages.WORDS,
)
JOBS = (accounts_jobs.JOBS, audit_jobs.JOBS, ballots_jobs.JOBS, results_jobs.JOBS, papers_jobs.JOBS, papers_losses.JOBS)
LETTERS = (
    accounts_jobs.LETTERS,
    audit_jobs.LETTERS,
    ballots_jobs.LETTERS,
    costings_jobs.LETTERS,
    monitoring_jobs.LETTERS,
)
TICKS = (
    accounts_jobs.TICKS,
    audit_jobs.TICKS,
    ballots_jobs.TICKS,
    monitoring_jobs.TICKS,
    privacy_jobs.TICKS,
    oparl_jobs.TICKS,
)
COMMANDS = (
    *processes_commands.COMMANDS,
    *accounts_commands.COMMANDS,
    *audit_commands.COMMANDS,
    *rounds_commands.COMMANDS,
    *ballots_commands.COMMANDS,
    *paper_commands.COMMANDS,
    *results_commands.COMMANDS,
    *exchange_commands.COMMANDS,
    *privacy_commands.COMMANDS,
    *oparl_commands.COMMANDS,
    *outbox_commands.COMMANDS,
    *backup_commands.COMMANDS,
    *site_demo.COMMANDS,
)


def _add_command(group: click.Group, command: click.Command) -> None:
    """Add a command; where two rooms have a group of the same name, their commands share it."""
    known = group.commands.get(command.name or "")
    if isinstance(known, click.Group) and isinstance(command, click.Group):
        for inner in command.commands.values():
            _add_command(known, inner)
    else:
        group.add_command(command)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; settings come from the environment unless given."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "participation",
        static_folder=str(ROOT / "participation" / "static"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.data_dir),
    )
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url) | pool_options(settings.threads),
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        SESSION_COOKIE_NAME="__Host-form" if settings.uses_https else "form",
        SESSION_COOKIE_SECURE=settings.uses_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        **openapi.CONFIG,
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    # The order is that of a request: its line in the log, can it be read, which language, did it come from our form.
    logs.init_app(app)
    converters.init_app(app)
    limits.init_app(app)
    senders.init_app(app)
    assets.init_app(app)
    headers.init_app(app)
    readable.init_app(app)
    locale.init_app(app, babel)
    rounds_guard.init_app(app)
    csrf.init_app(app)
    rendering.init_app(app)
    texts_filters.init_app(app)
    openapi.init_app(app, api)
    errors.register_error_pages(app)  # after openapi: the library brings answers of its own, which ours replace
    accounts_guard.init_app(app)
    for words in WORDS:
        errors.register_words(app, words)
    for page in PAGES:
        app.register_blueprint(page)
    if settings.demo:
        app.register_blueprint(site_demo.bp)
    for resource in API:
        api.register_blueprint(resource)
        csrf.exempt(resource)
    for jobs in JOBS:
        worker.register_jobs(app, jobs)
    worker.register_endless_jobs(app, audit_jobs.ENDLESS | ballots_jobs.ENDLESS | results_jobs.ENDLESS)
    worker.register_losses(app, papers_losses.LOSSES)
    budgeting_standing.register_council(app, council_on_plans)
    worker.register_unhurried_jobs(app, papers_files.UNHURRIED)
    for letters in LETTERS:
        worker.register_letters(app, letters)
    for ticks in TICKS:
        worker.register_ticks(app, ticks)
    for command in COMMANDS:
        _add_command(app.cli, command)
    with app.app_context():
        prepare_engine(db.engine)
    return app
