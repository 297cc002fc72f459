"""Envelopes in JSON."""

from typing import Any

from participation.budgeting import schemas, services
from participation.budgeting.api.blueprint import blp
from participation.budgeting.models import Envelope
from participation.budgeting.queries import envelope_by_code, envelopes_of
from participation.budgeting.rules.envelopes import Mode, granted_by_year, read_as, shown_years
from participation.budgeting.services import EnvelopeDraft
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor, requires


@blp.route("/processes/<slug>/envelopes", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.EnvelopesOut)
def list_envelopes(slug: str) -> dict[str, Any]:
    """List the money that was granted, and what each year brings."""
    session = db.session()
    every = envelopes_of(session, process_by_slug(session, slug).id)
    grants = [one.grant for one in every if not one.is_withdrawn]
    years = shown_years(grants)
    readings = {mode: granted_by_year(read_as(grants, mode), years) for mode in Mode}
    rows = zip(granted_by_year(grants, years), readings[Mode.ADDITIVE], readings[Mode.REPLACING], strict=True)
    return {
        "items": every,
        "by_year": [
            {
                "year": year.year,
                "granted_cents": year.cents,
                "granted": [{"envelope": code, "cents": cents} for code, cents in year.by_code],
                "replaced": [{"envelope": code, "by": by} for code, by in year.replaced],
                "if_additive_cents": added.cents,
                "if_replacing_cents": replaced.cents,
            }
            for year, added, replaced in rows
        ],
    }


@blp.route("/processes/<slug>/envelopes", methods=["POST"])
@requires(Permission.ENVELOPE_EDIT)
@blp.arguments(schemas.EnvelopeIn)
@blp.response(201, schemas.EnvelopeOut)
def enter_envelope(wanted: dict[str, Any], slug: str) -> Envelope:
    """Enter money that was granted; without a source it is refused."""
    with transaction() as session:
        return services.enter_envelope(session, slug, EnvelopeDraft(**wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/envelopes/<code>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.EnvelopeOut)
def show_envelope(slug: str, code: str) -> Envelope:
    """Show money that was granted."""
    session = db.session()
    return envelope_by_code(session, process_by_slug(session, slug).id, code)


@blp.route("/processes/<slug>/envelopes/<code>", methods=["PUT"])
@requires(Permission.ENVELOPE_EDIT)
@blp.arguments(schemas.ChangedEnvelopeIn)
@blp.response(200, schemas.EnvelopeOut)
def revise_envelope(wanted: dict[str, Any], slug: str, code: str) -> Envelope:
    """Mend what an envelope says."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.revise_envelope(
            session, slug, code, EnvelopeDraft(code, **wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/processes/<slug>/envelopes/<code>/withdrawal", methods=["POST"])
@requires(Permission.ENVELOPE_EDIT)
@blp.arguments(schemas.WithdrawEnvelopeIn)
@blp.response(200, schemas.EnvelopeOut)
def withdraw_envelope(wanted: dict[str, Any], slug: str, code: str) -> Envelope:
    """Take an envelope out of the count, with a reason."""
    with transaction() as session:
        return services.withdraw_envelope(session, slug, code, **wanted, actor=current_actor(), now=utcnow())
