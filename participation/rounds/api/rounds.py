"""Rounds in JSON: reading, setting up, extending."""

from datetime import datetime
from typing import Any

from flask import current_app

from participation.core.permissions import Permission
from participation.core.windows import Window, utcnow
from participation.extensions import db, transaction
from participation.rounds import schemas, services
from participation.rounds.api.blueprint import blp
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import (
    extensions_of,
    gives_out_sheets,
    retention_of,
    round_by_slug,
    round_standing,
    rounds_page,
)
from participation.rounds.rules import Limits
from participation.rounds.sentences import obstacle_in_words, overlap_of, weakness_of, who_takes_part
from participation.rounds.services import RoundDraft
from participation.storage.pages import Page
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema

_LIMITS = ("max_choices", "points", "max_per_option", "max_score")


@blp.route("/rounds", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.arguments(schemas.RoundsIn, location="query")
@blp.response(200, page_schema(schemas.RoundOut))
def list_rounds(asked: dict[str, Any]) -> Page[dict[str, Any]]:
    """List rounds in the order of their windows."""
    found = rounds_page(db.session(), **asked)
    return Page([_round(round_) for round_ in found.items], found.page, found.pages, found.total)


@blp.route("/processes/<slug>/rounds", methods=["POST"])
@requires(Permission.ROUND_EDIT)
@blp.arguments(schemas.NewRoundIn)
@blp.response(201, schemas.RoundOut)
def create_round(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Set up a round as a draft. It is announced at once; nobody takes part before it is opened."""
    with transaction() as session:
        return _round(services.create_round(session, slug, _draft(wanted), actor=current_actor(), now=utcnow()))


@blp.route("/rounds/<slug>", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.response(200, schemas.RoundOut)
def show_round(slug: str) -> dict[str, Any]:
    """Show a round."""
    return _round(round_by_slug(db.session(), slug))


@blp.route("/rounds/<slug>", methods=["PUT"])
@requires(Permission.ROUND_EDIT)
@blp.arguments(schemas.RoundIn)
@blp.response(200, schemas.RoundOut)
def edit_round(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Change a round while it is a draft."""
    with transaction() as session:
        return _round(services.edit_round(session, slug, _draft(wanted), actor=current_actor(), now=utcnow()))


@blp.route("/rounds/<slug>", methods=["DELETE"])
@requires(Permission.ROUND_EDIT)
@blp.response(204)
def discard_round(slug: str) -> None:
    """Take back a round that was never opened."""
    with transaction() as session:
        services.discard_round(session, slug, actor=current_actor(), now=utcnow())


@blp.route("/rounds/<slug>/standing", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.response(200, schemas.StandingOut)
def show_standing(slug: str) -> dict[str, Any]:
    """Say where a round stands for the caller: as whom they take part, or why not."""
    session = db.session()
    standing = round_standing(session, round_by_slug(session, slug), current_actor(), utcnow())
    me = standing.participant
    return {
        "situation": standing.situation,
        "takes_part": standing.takes_part,
        "participant_class": me.participant_class if me else None,
        "name": me.name if me else None,
        "obstacle": standing.obstacle,
        "what_to_do": obstacle_in_words(standing.obstacle) if standing.obstacle else None,
        "is_small_group": standing.is_small_group,
        "voted_elsewhere": standing.voted_elsewhere.slug if standing.voted_elsewhere else None,
    }


@blp.route("/rounds/<slug>/extend", methods=["POST"])
@requires(Permission.ROUND_EXTEND)
@blp.arguments(schemas.ExtensionIn)
@blp.response(200, schemas.RoundOut)
def extend_round(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Give an open round more time and publish why."""
    with transaction() as session:
        return _round(services.extend_round(session, slug, **wanted, actor=current_actor(), now=utcnow()))


def _draft(wanted: dict[str, Any]) -> RoundDraft:
    said = {name: value for name, value in wanted.items() if name not in {*_LIMITS, "opens_at", "closes_at"}}
    said["tasks"], said["chosen_codes"] = frozenset(wanted["tasks"]), tuple(wanted["chosen_codes"])
    limits = Limits(**{name: wanted[name] for name in _LIMITS})
    return RoundDraft(**said, limits=limits, window=Window(wanted["opens_at"], wanted["closes_at"]))


def _round(round_: Round) -> dict[str, Any]:
    retention = retention_of(db.session(), round_)
    return {
        "slug": round_.slug,
        "process": round_.process.slug,
        "phase": round_.phase.code,
        "kind": round_.kind,
        "eligibility": round_.eligibility,
        "state": round_.state,
        "tasks": sorted(round_.tasks),
        "title": round_.title,
        "description": round_.description,
        "opens_at": round_.opens_at,
        "closes_at": round_.closes_at,
        "suspended_at": round_.suspended_at,
        "time_zone": round_.process.time_zone,
        "ballot_kind": round_.ballot_kind,
        "max_choices": round_.max_choices,
        "points": round_.points,
        "max_per_option": round_.max_per_option,
        "max_score": round_.max_score,
        "option_rule": round_.option_rule,
        "chosen_codes": round_.chosen_codes,
        "expected_participants": round_.expected_participants,
        "retention_days": retention.days,
        "people_known_until": retention.until,
        "people_forgotten_at": retention.forgotten_at,
        "votes_remembered": retention.remembers_votes,
        "who_takes_part": who_takes_part(round_.eligibility),
        "overlap": overlap_of(round_.eligibility, forbids=round_.process.forbids_overlap),
        "double_voting": weakness_of(
            round_.eligibility,
            with_sheets=gives_out_sheets(db.session(), round_.id),
            with_provider=current_app.config["SETTINGS"].provider is not None,
        ),
        "extensions": [_extension(event) for event in extensions_of(db.session(), round_.id)],
    }


def _extension(event: RoundEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "closed_at": datetime.fromisoformat(event.facts["from"]),
        "closes_at": datetime.fromisoformat(event.facts["to"]),
        "reason": event.reason,
    }
