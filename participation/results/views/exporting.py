"""Results as files, for those who may export them."""

from flask import Response, request

from participation.core.permissions import Permission
from participation.extensions import db
from participation.results.exports import (
    ExportedFile,
    ballots_file,
    bodies_file,
    exportable_ranking,
    exportable_round,
    joint_file,
    round_file,
)
from participation.results.queries import joint_statistics_of
from participation.results.rules.other_formats import budget_from_text
from participation.results.views.blueprint import bp
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/rounds/<slug>/result.<any(csv, xlsx, json):ending>")
@requires(Permission.RANKING_EXPORT)
def export_round(slug: str, ending: str) -> Response:
    """Give a round's result as a file."""
    head, result = exportable_round(db.session(), slug, actor=current_actor())
    return _handed_out(round_file(result, ending, reader_languages(head.default_language)))


@bp.get("/processes/<process>/rankings/<ranking>.<any(csv, xlsx, json):ending>")
@requires(Permission.RANKING_EXPORT)
def export_ranking(process: str, ranking: str, ending: str) -> Response:
    """Give a joint ranking as a file."""
    head, result = exportable_ranking(db.session(), process, ranking, actor=current_actor())
    statistics = joint_statistics_of(db.session(), head.id)
    return _handed_out(joint_file(result, statistics, ending, reader_languages(head.default_language)))


@bp.get("/rounds/<slug>/ballots.<any(pb, preflib):format_>")
@requires(Permission.RANKING_EXPORT, fresh=True)
def export_ballots(slug: str, format_: str) -> Response:
    """Give a round's counted ballots in a format that others use."""
    head, result = exportable_round(db.session(), slug, actor=current_actor())
    languages = reader_languages(head.default_language)
    return _handed_out(ballots_file(db.session(), result, format_, languages, _budget()))


@bp.get("/processes/<process>/rankings/<ranking>.<any(pb, preflib):format_>")
@requires(Permission.RANKING_EXPORT)
def export_bodies(process: str, ranking: str, format_: str) -> Response:
    """Give a joint ranking in a format that others use."""
    head, result = exportable_ranking(db.session(), process, ranking, actor=current_actor())
    return _handed_out(bodies_file(result, format_, reader_languages(head.default_language), _budget()))


def _budget() -> int | None:
    return budget_from_text(request.args.get("budget_cents", ""))


def _handed_out(file: ExportedFile) -> Response:
    response = Response(file.pieces, mimetype=file.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
