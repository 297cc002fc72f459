"""Proposals in JSON: writing, handing in, rewording, translating, withdrawing."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.proposals import schemas, services
from participation.proposals.api.blueprint import blp, place_from, proposal_data, readable
from participation.proposals.services import Draft, Translation
from participation.web.guard import current_actor, requires


@blp.route("/rounds/<slug>/proposals", methods=["POST"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(schemas.NewProposalIn)
@blp.response(201, schemas.ProposalOut)
def write_proposal(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Write a proposal in a round that asks for them: a draft, or handed in at once."""
    actor, now = current_actor(), utcnow()
    with transaction() as session:
        written = services.start_draft(session, slug, _draft(wanted), actor=actor, now=now)
        if wanted["submit"]:
            written = services.submit(session, written.id, actor=actor, now=now)
        return proposal_data(written)


@blp.route("/processes/<process>/proposals/<code>", methods=["PUT"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(schemas.RevisionIn)
@blp.response(200, schemas.ProposalOut)
def revise_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Reword a proposal; earlier wordings of a submitted one stay readable."""
    with transaction() as session:
        revised = services.revise(
            session,
            readable(session, process, code).id,
            _draft(wanted),
            based_on=wanted["based_on"],
            department=wanted["department"],
            unit=wanted["unit"],
            actor=current_actor(),
            now=utcnow(),
        )
        return proposal_data(revised)


@blp.route("/processes/<process>/proposals/<code>/submit", methods=["POST"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(schemas.HandInIn)
@blp.response(200, schemas.ProposalOut)
def submit_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Hand a draft in: it gets its code and everybody can read it."""
    with transaction() as session:
        draft = readable(session, process, code)
        return proposal_data(
            services.submit(session, draft.id, slug=wanted["round"], actor=current_actor(), now=utcnow())
        )


@blp.route("/processes/<process>/proposals/<code>/withdraw", methods=["POST"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(schemas.WithdrawIn)
@blp.response(200, schemas.ProposalOut)
def withdraw_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Take a proposal back before it is decided."""
    with transaction() as session:
        own = readable(session, process, code)
        return proposal_data(
            services.withdraw(session, own.id, reason=wanted["reason"], actor=current_actor(), now=utcnow())
        )


@blp.route("/processes/<process>/proposals/<code>/translations/<language>", methods=["PUT"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(schemas.TranslationIn)
@blp.response(200, schemas.ProposalOut)
def translate_proposal(wanted: dict[str, Any], process: str, code: str, language: str) -> dict[str, Any]:
    """Give a proposal's words in another language, as its author or as the office."""
    with transaction() as session:
        found = readable(session, process, code)
        words = Translation(language, **wanted)
        return proposal_data(services.translate(session, found.id, words, actor=current_actor(), now=utcnow()))


def _draft(wanted: dict[str, Any]) -> Draft:
    return Draft(
        kind=wanted["kind"],
        language=wanted["language"],
        title=wanted["title"],
        body=wanted["body"],
        target_group=wanted["target_group"],
        partners=wanted["partners"],
        place=place_from(wanted),
        author_name=wanted["author_name"],
    )
