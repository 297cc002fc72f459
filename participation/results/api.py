"""The JSON side of results: conclusion, results, joint rankings."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from http import HTTPStatus
from typing import Any, Final

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.results import schemas, services, statistics_schemas, trial_schemas
from participation.results.concluding import confirm
from participation.results.downloads import (
    ZIP,
    bundle_described,
    bundle_of_ranking,
    bundle_of_round,
    packed_for_auditor,
    packed_for_everybody,
)
from participation.results.exports import ExportedFile, ballots_file, bodies_file, exportable_ranking, exportable_round
from participation.results.models import JointRanking
from participation.results.queries import (
    conclusion_standing,
    has_joint_result,
    has_joint_statistics,
    joint_result_of,
    joint_statistics_of,
    ranking_by_slug,
    ranking_head,
    rankings_of,
    result_of,
    round_head,
    signing_keys,
    text_document,
)
from participation.results.rules import what_if as rules
from participation.results.rules.declaration import Declaration, share_from_text
from participation.results.rules.round_snapshot import moment_text
from participation.rounds.kinds import Task
from participation.rounds.queries import round_by_slug
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages
from participation.web.pagination import PageIn, page_schema

ZIP_FILE: Final = {"type": "string", "format": "binary"}
blp = Blueprint("api_results", __name__, url_prefix="/api/v1", description="Conclusions, results and joint rankings")


@blp.route("/rounds/<slug>/conclusion", methods=["GET"])
@requires(Permission.ROUND_CONCLUDE)
@blp.response(200, schemas.ConclusionOut)
def show_conclusion(slug: str) -> dict[str, Any]:
    """Say where the conclusion of a round stands."""
    return _standing(db.session(), slug)


@blp.route("/rounds/<slug>/conclusion", methods=["POST"])
@requires(Permission.ROUND_CONCLUDE, fresh=True)
@blp.response(200, schemas.ConclusionOut)
def request_conclusion(slug: str) -> dict[str, Any]:
    """Request the conclusion of a closed round; another account has to confirm it. Asking again changes nothing."""
    with transaction() as session:
        services.request_conclusion(session, slug, actor=current_actor(), now=utcnow())
    return _standing(db.session(), slug)


@blp.route("/rounds/<slug>/conclusion", methods=["DELETE"])
@requires(Permission.ROUND_CONCLUDE)
@blp.response(200, schemas.ConclusionOut)
def withdraw_conclusion(slug: str) -> dict[str, Any]:
    """Withdraw the request that waits for its second person."""
    with transaction() as session:
        services.withdraw_conclusion_request(session, slug, actor=current_actor(), now=utcnow())
    return _standing(db.session(), slug)


@blp.route("/rounds/<slug>/conclusion/confirmation", methods=["POST"])
@requires(Permission.ROUND_CONCLUDE, fresh=True)
@blp.response(200, schemas.ConclusionOut)
@blp.alt_response(202, schema=schemas.ConclusionOut, description="The ballots are being counted in the background.")
def confirm_conclusion(slug: str) -> tuple[dict[str, Any], int]:
    """Confirm the request of another account: the ballots are counted and unlinked for good.

    The ballots of a large round are counted in the background: the answer is 202, and `counting` says how far the
    count has come whenever the conclusion is asked for. Confirming again changes nothing, but has a count that a fault
    has stopped begin anew.
    """
    confirmed = confirm(slug, actor=current_actor(), now=utcnow())
    return _standing(db.session(), slug), HTTPStatus.ACCEPTED if confirmed.is_counting else HTTPStatus.OK


@blp.route("/rounds/<slug>/result", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, schemas.RoundResultOut)
def show_result(slug: str) -> Mapping[str, Any]:
    """Give the result of a concluded round; before the conclusion there is none, for nobody (404)."""
    return _snapshot(slug)


@blp.route("/rounds/<slug>/statistics", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, statistics_schemas.RoundStatisticsOut)
def show_round_statistics(slug: str) -> Mapping[str, Any]:
    """Say how sure a round's ranking is and what other rules say, as its result carries it."""
    snapshot = _snapshot(slug)
    return {
        "statistics": snapshot.get("statistics"),
        "rules": snapshot.get("rules", {}),
        "condorcet": snapshot.get("condorcet"),
    }


@blp.route("/processes/<slug>/rankings", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.DeclaredRankingOut))
def list_rankings(asked: dict[str, int], slug: str) -> dict[str, Any]:
    """List the joint rankings of a process."""
    session = db.session()
    rankings = rankings_of(session, process_by_slug(session, slug).id)
    page, size = asked["page"], asked["per_page"]
    return {
        "items": [_declared(session, ranking) for ranking in rankings[(page - 1) * size : page * size]],
        "page": page,
        "pages": -(-len(rankings) // size),
        "total": len(rankings),
    }


@blp.route("/processes/<slug>/rankings", methods=["POST"])
@requires(Permission.RANKING_DECLARE)
@blp.arguments(schemas.DeclareRankingIn)
@blp.response(201, schemas.DeclaredRankingOut)
def declare_ranking(declared: dict[str, Any], slug: str) -> dict[str, Any]:
    """Declare a joint ranking, before the first of its rounds opens."""
    carried = declared["carry_over"]
    with transaction() as session:
        ranking = services.declare_joint_ranking(
            session,
            slug,
            Declaration(
                slug=declared["ranking"],
                task=Task(declared["task"]),
                weights=declared["weights"],
                title=declared["title"],
                declared_by=declared["declared_by"],
                share=share_from_text(carried["share"]) if carried else Fraction(0),
                goals_ranking=carried["goals_ranking"] if carried else None,
            ),
            actor=current_actor(),
            now=utcnow(),
        )
    return _declared(db.session(), ranking)


@blp.route("/processes/<slug>/rankings/<ranking>", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, schemas.RankingOut)
def show_ranking(slug: str, ranking: str) -> dict[str, Any]:
    """Give a joint ranking: what was declared, and the result once the last of its rounds is concluded."""
    session = db.session()
    found = ranking_by_slug(session, slug, ranking)
    result = joint_result_of(session, found.id)
    return _declared(session, found) | {
        "result": result.snapshot if result else None,
        "has_statistics": has_joint_statistics(session, found.id),
    }


@blp.route("/processes/<slug>/rankings/<ranking>/statistics", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, statistics_schemas.JointStatisticsOut)
def show_statistics(slug: str, ranking: str) -> Mapping[str, Any]:
    """Say how sure a joint ranking is, where its bodies disagree, and what other rules say.

    They are worked out a moment after the ranking itself; until then there are none (404).
    """
    session = db.session()
    statistics = joint_statistics_of(session, ranking_by_slug(session, slug, ranking).id)
    if statistics is None:
        raise NotFound("no_statistics_yet", slug=ranking)
    return statistics


@blp.route("/processes/<slug>/rankings/<ranking>/what-if", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.arguments(trial_schemas.WhatIfIn, location="query", unknown=RAISE)
@blp.response(200, trial_schemas.WhatIfOut)
def what_if(asked: dict[str, Any], slug: str, ranking: str) -> dict[str, Any]:
    """Give the ranking that other weights would give, and what an amount would pay for. The declared weights count."""
    result = joint_result_of(db.session(), ranking_by_slug(db.session(), slug, ranking).id)
    if result is None:
        raise NotFound("no_joint_result_yet", slug=ranking)
    if len(request.args.getlist("budget_cents")) > 1:
        raise Invalid("given_twice", field="budget_cents")
    return rules.what_if(result.snapshot, rules.weights_by_round(asked["weight"]), asked["budget_cents"])


@blp.route("/processes/<slug>/rankings/<ranking>", methods=["DELETE"])
@requires(Permission.RANKING_DECLARE)
@blp.response(204)
def withdraw_ranking(slug: str, ranking: str) -> None:
    """Take a declaration back while none of its rounds has been opened."""
    with transaction() as session:
        services.withdraw_joint_ranking(session, slug, ranking, actor=current_actor(), now=utcnow())


@blp.route("/rounds/<slug>/result/ballots", methods=["GET"])
@requires(Permission.RANKING_EXPORT, fresh=True)
@blp.arguments(schemas.FileIn, location="query")
@blp.response(200, schemas.TextFileOut)
def give_ballots(asked: dict[str, Any], slug: str) -> Response:
    """Give a round's counted ballots in a format that others use, in an order that has nothing to do with time.

    Refused for rounds with fewer than 10 ballots (409 `ballots_not_published`), and where the format cannot hold them.
    """
    session = db.session()
    head, result = exportable_round(session, slug, actor=current_actor())
    languages = reader_languages(head.default_language)
    return _as_document(ballots_file(session, result, asked["format"], languages, asked["budget_cents"]))


@blp.route("/processes/<slug>/rankings/<ranking>/bodies", methods=["GET"])
@requires(Permission.RANKING_EXPORT)
@blp.arguments(schemas.FileIn, location="query")
@blp.response(200, schemas.TextFileOut)
def give_bodies(asked: dict[str, Any], slug: str, ranking: str) -> Response:
    """Give a joint ranking in a format that others use, its bodies in the place of voters."""
    head, result = exportable_ranking(db.session(), slug, ranking, actor=current_actor())
    languages = reader_languages(head.default_language)
    return _as_document(bodies_file(result, asked["format"], languages, asked["budget_cents"]))


@blp.route("/rounds/<slug>/bundle", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, schemas.BundleOut)
def show_round_bundle(slug: str) -> dict[str, Any]:
    """Describe the public bundle of a round's result; it is made a moment after the conclusion (404 until then)."""
    return bundle_described(bundle_of_round(db.session(), slug))


@blp.route("/rounds/<slug>/bundle.zip", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, ZIP_FILE, content_type=ZIP)
def give_round_bundle(slug: str) -> Response:
    """Give the public edition of a round's bundle, as docs/BUNDLE.md describes it; the same bytes each time."""
    return packed_for_everybody(bundle_of_round(db.session(), slug), slug)


@blp.route("/rounds/<slug>/bundle-for-auditors.zip", methods=["GET"])
@requires(Permission.BALLOT_AUDIT, fresh=True)
@blp.response(200, ZIP_FILE, content_type=ZIP)
def give_round_bundle_to_auditor(slug: str) -> Response:
    """Give a named auditor a round's bundle with its ballots; each time is written into the audit log."""
    head = round_head(db.session(), slug)
    return packed_for_auditor(bundle_of_round(db.session(), slug), slug, head.process_id, current_actor())


@blp.route("/processes/<slug>/rankings/<ranking>/bundle", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, schemas.BundleOut)
def show_ranking_bundle(slug: str, ranking: str) -> dict[str, Any]:
    """Describe the public bundle of a joint ranking, which holds those of its rounds."""
    return bundle_described(bundle_of_ranking(db.session(), slug, ranking))


@blp.route("/processes/<slug>/rankings/<ranking>/bundle.zip", methods=["GET"])
@requires(Permission.RANKING_READ)
@blp.response(200, ZIP_FILE, content_type=ZIP)
def give_ranking_bundle(slug: str, ranking: str) -> Response:
    """Give the public edition of a joint ranking's bundle."""
    return packed_for_everybody(bundle_of_ranking(db.session(), slug, ranking), f"{slug}-{ranking}")


@blp.route("/processes/<slug>/rankings/<ranking>/bundle-for-auditors.zip", methods=["GET"])
@requires(Permission.BALLOT_AUDIT, fresh=True)
@blp.response(200, ZIP_FILE, content_type=ZIP)
def give_ranking_bundle_to_auditor(slug: str, ranking: str) -> Response:
    """Give a named auditor a joint ranking's bundle with all ballots; each time is written into the audit log."""
    head = ranking_head(db.session(), slug, ranking)
    bundle = bundle_of_ranking(db.session(), slug, ranking)
    return packed_for_auditor(bundle, f"{slug}-{ranking}", head.process_id, current_actor())


@blp.route("/bundles/key", methods=["GET"])
@requires(Permission.SITE_READ)
@blp.response(200, schemas.SigningKeysOut)
def list_signing_keys() -> dict[str, Any]:
    """Give the keys with which this site has signed bundles (Ed25519, raw, in hex), the last used one first."""
    return {"keys": signing_keys(db.session())}


def _snapshot(slug: str) -> Mapping[str, Any]:
    result = result_of(db.session(), round_by_slug(db.session(), slug).id)
    if result is None:
        raise NotFound("no_result_yet", slug=slug)
    return result.snapshot


def _standing(session: Session, slug: str) -> dict[str, Any]:
    actor: Actor = current_actor()
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CONCLUDE, round_)
    standing = conclusion_standing(session, round_)
    return {
        "state": standing.state,
        "requested_at": moment_text(standing.request.at) if standing.request else None,
        "confirmed_at": moment_text(standing.confirmation.at) if standing.confirmation else None,
        "counting": standing.progress,
        "is_own_request": standing.request is not None and standing.request.actor_id == actor.id,
        "concluded_at": moment_text(standing.concluded_at) if standing.concluded_at else None,
    }


def _declared(session: Session, ranking: JointRanking) -> dict[str, Any]:
    return {
        "ranking": ranking.slug,
        "process": ranking.process.slug,
        "phase": ranking.phase.code if ranking.phase else None,
        "task": ranking.task,
        "title": text_document(ranking.title),
        "declared_at": moment_text(ranking.declared_at),
        "declared_by": text_document(ranking.declared_by),
        "rounds": [
            {
                "round": part.round.slug,
                "kind": part.round.kind,
                "eligibility": part.round.eligibility,
                "state": part.round.state,
                "weight": part.weight,
            }
            for part in ranking.parts
        ],
        "carry_over": {
            "share": ranking.carry_over.share,
            "goals_ranking": ranking.carry_over.goals_ranking.slug,
        }
        if ranking.carry_over
        else None,
        "has_result": has_joint_result(session, ranking.id),
    }


def _as_document(file: ExportedFile) -> Response:
    """Give a text file in a JSON document whose content is written while it is made, of any length."""

    def pieces() -> Iterator[bytes]:
        yield b'{"name":%b,"content":"' % orjson.dumps(file.name)
        for piece in file.pieces:
            yield orjson.dumps(piece.decode())[1:-1]  # without its quotation marks
        yield b'"}\n'

    return Response(pieces(), mimetype="application/json")
