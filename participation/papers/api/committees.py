"""The committees of a process in JSON."""

from collections.abc import Sequence
from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers import schemas, services
from participation.papers.api.blueprint import blp
from participation.papers.models import Committee
from participation.papers.queries import committees_of
from participation.papers.rules.drafts import CommitteeDraft
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/committees", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.CommitteeOut(many=True))
def list_committees(process: str) -> Sequence[Committee]:
    """List the committees of a process in their order."""
    session = db.session()
    return committees_of(session, process_by_slug(session, process).id)


@blp.route("/processes/<process>/committees", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.CommitteeIn)
@blp.response(201, schemas.CommitteeOut)
def add_committee(wanted: dict[str, Any], process: str) -> Committee:
    """Enter a committee."""
    with transaction() as session:
        return services.add_committee(session, process, CommitteeDraft(**wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<process>/committees/<code>", methods=["PUT"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.ChangedCommitteeIn)
@blp.response(200, schemas.CommitteeOut)
def change_committee(wanted: dict[str, Any], process: str, code: str) -> Committee:
    """Change what is said about a committee."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.change_committee(
            session, process, code, CommitteeDraft(**wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/processes/<process>/committees/<code>/remove", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.BasedOnIn)
@blp.response(204)
def remove_committee(wanted: dict[str, Any], process: str, code: str) -> None:
    """Remove a committee that no paper names."""
    with transaction() as session:
        services.remove_committee(session, process, code, **wanted, actor=current_actor(), now=utcnow())
