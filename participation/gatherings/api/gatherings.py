"""Gatherings in JSON: announcing, reading, changing, discarding them."""

from typing import Any

from participation.core.permissions import Permission, authorise, may
from participation.core.windows import Window, utcnow
from participation.extensions import db, transaction
from participation.gatherings import schemas, services
from participation.gatherings.api.blueprint import blp, brief, whole
from participation.gatherings.queries import (
    Numbers,
    assisted_numbers,
    gathering_at,
    gatherings_page,
    members_of,
    whole_gathering,
)
from participation.gatherings.services import GatheringDraft
from participation.processes.queries import process_by_slug
from participation.rounds.queries import round_by_slug
from participation.storage.pages import Page
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema


@blp.route("/processes/<process>/gatherings", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.GatheringsIn, location="query")
@blp.response(200, page_schema(schemas.GatheringOut))
def list_gatherings(asked: dict[str, Any], process: str) -> Page[dict[str, Any]]:
    """List the sessions, workshop days and assisted sessions of a process, the latest first."""
    session = db.session()
    found = gatherings_page(session, process_by_slug(session, process).id, **asked)
    return Page([brief(one) for one in found.items], found.page, found.pages, found.total)


@blp.route("/processes/<process>/gatherings", methods=["POST"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.GatheringIn)
@blp.response(201, schemas.WholeGatheringOut)
def create_gathering(wanted: dict[str, Any], process: str) -> dict[str, Any]:
    """Announce a gathering, or enter an assisted session that has been."""
    with transaction() as session:
        made = services.create_gathering(session, process, _draft(wanted), actor=current_actor(), now=utcnow())
        return whole(made)


@blp.route("/processes/<process>/gatherings/<int:number>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.WholeGatheringOut)
def show_gathering(process: str, number: int) -> dict[str, Any]:
    """Show a gathering. What was written down is there once it is approved, and for its writers before."""
    return whole(whole_gathering(db.session(), process, number))


@blp.route("/processes/<process>/gatherings/<int:number>", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.ChangedGatheringIn)
@blp.response(200, schemas.WholeGatheringOut)
def change_gathering(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Change where and when people meet."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return whole(
            services.change_gathering(
                session, process, number, _draft(wanted), based_on=basis, actor=current_actor(), now=utcnow()
            )
        )


@blp.route("/processes/<process>/gatherings/<int:number>", methods=["DELETE"])
@requires(Permission.GATHERING_NOTE)
@blp.response(204)
def discard_gathering(process: str, number: int) -> None:
    """Take back a gathering at which nothing was written down."""
    with transaction() as session:
        services.discard_gathering(session, process, number, actor=current_actor(), now=utcnow())


@blp.route("/processes/<process>/gatherings/<int:number>/heads", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.HeadsIn)
@blp.response(200, schemas.WholeGatheringOut)
def note_heads(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Say how many people came."""
    with transaction() as session:
        return whole(
            services.note_heads(session, process, number, wanted["headcount"], actor=current_actor(), now=utcnow())
        )


@blp.route("/processes/<process>/gatherings/<int:number>/members", methods=["GET"])
@requires(Permission.GATHERING_NOTE)
@blp.response(200, schemas.MemberOut(many=True))
def list_members(process: str, number: int) -> list[dict[str, Any]]:
    """List the members on the roll whose presence can be noted."""
    session = db.session()
    gathering = gathering_at(session, process, number)
    authorise(current_actor(), Permission.GATHERING_NOTE, gathering)
    return [
        {"id": entry.id, "name": account.display_name or account.email or "", "seat": entry.seat}
        for entry, account in members_of(session, gathering)
    ]


@blp.route("/rounds/<slug>/assisted", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.response(200, schemas.AssistedOut)
def show_assisted(slug: str) -> Numbers:
    """Say how often people were assisted in a round. How many they were is told as small groups allow it."""
    session = db.session()
    round_ = round_by_slug(session, slug)
    in_full = may(current_actor(), Permission.GATHERING_NOTE, round_)
    return assisted_numbers(session, round_, in_full=in_full)


def _draft(wanted: dict[str, Any]) -> GatheringDraft:
    said = {name: value for name, value in wanted.items() if name not in {"starts_at", "ends_at", "interpreters"}}
    window = Window(wanted["starts_at"], wanted["ends_at"])
    return GatheringDraft(**said, window=window, interpreters=tuple(wanted["interpreters"]))
