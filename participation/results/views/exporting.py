"""Results as files, for those who may export them."""

from flask import Response

from participation.core.errors import NotFound
from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.results.exports import ExportedFile, joint_file, round_file
from participation.results.queries import joint_result_of, ranking_head, result_of, round_head
from participation.results.views.blueprint import bp
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/rounds/<slug>/result.<any(csv, xlsx, json):ending>")
@requires(Permission.RANKING_EXPORT)
def export_round(slug: str, ending: str) -> Response:
    """Give a round's result as a file."""
    head = round_head(db.session(), slug)
    authorise(current_actor(), Permission.RANKING_EXPORT, head.process_id)
    result = result_of(db.session(), head.id)
    if result is None:
        raise NotFound("no_result_yet", slug=slug)
    return _handed_out(round_file(result, ending, reader_languages(head.default_language)))


@bp.get("/processes/<process>/rankings/<ranking>.<any(csv, xlsx, json):ending>")
@requires(Permission.RANKING_EXPORT)
def export_ranking(process: str, ranking: str, ending: str) -> Response:
    """Give a joint ranking as a file."""
    head = ranking_head(db.session(), process, ranking)
    authorise(current_actor(), Permission.RANKING_EXPORT, head.process_id)
    result = joint_result_of(db.session(), head.id)
    if result is None:
        raise NotFound("no_joint_result_yet", slug=ranking)
    return _handed_out(joint_file(result, ending, reader_languages(head.default_language)))


def _handed_out(file: ExportedFile) -> Response:
    response = Response(file.data, mimetype=file.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
