"""Setting up a round and changing it while it is a draft."""

import re
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window, local_at, moment_at, utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.rounds import sentences, services
from participation.rounds.forms import RoundForm
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import OptionRule, Round
from participation.rounds.rules import RETENTION_DAYS, Limits, RoundState
from participation.rounds.services import RoundDraft
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.tally.kinds import BallotKind
from participation.texts.filters import words_for_inputs
from participation.texts.queries import wording
from participation.web.errors import words_for
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages

Page = tuple[str, int]
Choice = TypeVar("Choice", bound=StrEnum)


@bp.get("/manage/processes/<process>/rounds/new")
@requires(Permission.ROUND_EDIT)
def new(process: str) -> Page:
    """Ask what a new round is."""
    found = _process(process)
    return _page(found, None, _form(found, None), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/rounds/new")
@requires(Permission.ROUND_EDIT)
def create(process: str) -> Page | Response:
    """Set up a round as a draft."""
    found = _process(process)
    form = _form(found, None)
    made: list[str] = []
    status = submitted(
        form,
        lambda session: made.append(
            services.create_round(session, process, _draft(found, None, form), actor=current_actor(), now=utcnow()).slug
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(found, None, form, status)
    flash(_("The round is set up. It is announced on the page of its process."), "success")
    return redirect(url_for("site.manage_round", slug=made[0]), status)


@bp.get("/manage/rounds/<slug>")
@requires(Permission.ROUND_EDIT)
def edit(slug: str) -> Page | Response:
    """Show what is said about a round; once it is open that stands."""
    round_ = round_to_manage(slug, Permission.ROUND_EDIT)
    if round_.state is not RoundState.DRAFT:
        return redirect(url_for("site.manage_round", slug=slug))
    return _page(round_.process, round_, _form(round_.process, round_), HTTPStatus.OK)


@bp.post("/manage/rounds/<slug>")
@requires(Permission.ROUND_EDIT)
def save(slug: str) -> Page | Response:
    """Change a draft."""
    round_ = round_to_manage(slug, Permission.ROUND_EDIT)
    process = round_.process
    form = _form(process, round_)
    status = submitted(
        form,
        lambda session: services.edit_round(
            session, slug, _draft(process, round_, form), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(process, round_, form, status)
    flash(_("The round is saved."), "success")
    return redirect(url_for("site.manage_round", slug=slug), status)


@bp.post("/manage/rounds/<slug>/discard")
@requires(Permission.ROUND_EDIT)
def discard(slug: str) -> Response:
    """Take back a draft."""
    process = round_to_manage(slug, Permission.ROUND_EDIT).process.slug
    try:
        with transaction() as session:
            services.discard_round(session, slug, actor=current_actor(), now=utcnow())
    except Conflict as refused:
        flash(words_for(refused), "error")
        return redirect(url_for("site.manage_round", slug=slug), HTTPStatus.SEE_OTHER)
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("site.process", slug=process), HTTPStatus.SEE_OTHER)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ROUND_EDIT, process)
    return process


def _form(process: Process, round_: Round | None) -> RoundForm:
    shape = in_languages(RoundForm, "title", _("Title"), process.languages)
    shape = in_languages(shape, "description", _("Description"), process.languages, long=True)
    form = shape(data=_data(round_) if round_ else {})
    languages = reader_languages(process.default_language)
    form.phase.choices = [
        (phase.code, f"{phase.code} · {wording(phase.title, languages).body}") for phase in process.phases
    ]
    form.kind.choices = [(kind.value, sentences.kind_name(kind)) for kind in KindName]
    form.eligibility.choices = [
        ("", _("In the usual way of the body")),
        *((way.value, sentences.eligibility_name(way)) for way in Eligibility),
    ]
    form.tasks.choices = [(task.value, sentences.task_name(task)) for task in Task]
    form.ballot_kind.choices = [
        ("", _("There is no ballot")),
        *((kind.value, sentences.ballot_kind_name(kind)) for kind in BallotKind),
    ]
    form.option_rule.choices = [
        ("", _("Nothing")),
        *((rule.value, sentences.put_to_the_vote(rule)) for rule in OptionRule),
    ]
    return form


def _data(round_: Round) -> dict[str, Any]:
    zone = round_.process.time_zone
    return {
        "phase": round_.phase.code,
        "kind": round_.kind.value,
        "eligibility": round_.eligibility.value,
        "tasks": round_.task_names,
        "ballot_kind": round_.ballot_kind.value if round_.ballot_kind else "",
        "max_choices": round_.max_choices,
        "points": round_.points,
        "max_per_option": round_.max_per_option,
        "max_score": round_.max_score,
        "option_rule": round_.option_rule.value if round_.option_rule else "",
        "chosen_codes": " ".join(round_.chosen_codes),
        "opens_at": local_at(round_.opens_at, zone),
        "closes_at": local_at(round_.closes_at, zone),
        "expected_participants": round_.expected_participants,
        "retention_days": round_.retention_days,
        **words_for_inputs("title", round_.title),
        **words_for_inputs("description", round_.description),
    }


def _draft(process: Process, round_: Round | None, form: RoundForm) -> RoundDraft:
    began, ended = (round_.opens_at, round_.closes_at) if round_ else (None, None)
    opens_at, closes_at = form.opens_at.data or datetime.min, form.closes_at.data or datetime.min  # noqa: DTZ901 - typed
    return RoundDraft(
        phase=form.phase.data or "",
        kind=KindName(form.kind.data),
        eligibility=_one_of(Eligibility, form.eligibility.data, "eligibility"),
        tasks=frozenset(Task(name) for name in form.tasks.data or ()),
        window=Window(
            moment_at(opens_at, process.time_zone, field="opens_at", standing=began),
            moment_at(closes_at, process.time_zone, field="closes_at", standing=ended),
        ),
        titles=typed_in_languages(form, "title", process.languages),
        descriptions=typed_in_languages(form, "description", process.languages),
        ballot_kind=_one_of(BallotKind, form.ballot_kind.data, "ballot_kind"),
        limits=Limits(form.max_choices.data, form.points.data, form.max_per_option.data, form.max_score.data),
        option_rule=_one_of(OptionRule, form.option_rule.data, "option_rule"),
        chosen_codes=_codes(form.chosen_codes.data or ""),
        expected_participants=form.expected_participants.data,
        retention_days=RETENTION_DAYS if form.retention_days.data is None else form.retention_days.data,
        slug=(form.slug.data or "").strip(),
    )


def _one_of(kind: type[Choice], typed: str | None, field: str) -> Choice | None:
    """Return the chosen entry of a list that may be left open; what no list offers is refused."""
    if not typed:
        return None
    try:
        return kind(typed)
    except ValueError as reason:
        raise Invalid("not_a_choice", field=field) from reason


def _codes(typed: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[\s,;]+", typed) if code)


def _page(process: Process, round_: Round | None, form: RoundForm, status: HTTPStatus) -> Page:
    return render_template("rounds/round.html", process=process, round=round_, form=form), status
