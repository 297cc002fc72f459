"""Plans in JSON: reading them, making them, settling them."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from participation.budgeting import schemas, services
from participation.budgeting.api.blueprint import blp, readable_plan
from participation.budgeting.files import plan_file
from participation.budgeting.models import Plan, PlanDecision
from participation.budgeting.queries import CouncilOnPlans, freed_money, plan_document, plans_of
from participation.budgeting.rules.plans import parse_minimum
from participation.budgeting.services import HandDecision, PlanDraft
from participation.budgeting.standing import council_on_plans
from participation.budgeting.wording import reason_in_words
from participation.core.permissions import Permission, authorise, may
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.results.rules.documents import document_hash
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages
from participation.web.pagination import PageIn, page_schema


@blp.route("/processes/<slug>/plans", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.BudgetPlanOut))
def list_plans(asked: dict[str, int], slug: str) -> dict[str, Any]:
    """List the settled plans of a process in the order in which they were begun; its authors see drafts too."""
    session = db.session()
    process = process_by_slug(session, slug)
    writes = may(current_actor(), Permission.PLAN_EDIT, process)
    plans = [one for one in plans_of(session, process.id) if one.is_settled or writes]
    council = council_on_plans(session, process.id)
    page, size = asked["page"], asked["per_page"]
    return {
        "items": [_stands(one, council) for one in plans[(page - 1) * size : page * size]],
        "page": page,
        "pages": -(-len(plans) // size),
        "total": len(plans),
    }


@blp.route("/processes/<slug>/plans", methods=["POST"])
@requires(Permission.PLAN_EDIT)
@blp.arguments(schemas.BudgetPlanIn)
@blp.response(201, schemas.BudgetPlanOut)
def begin_plan(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Begin a plan; refused on a ranking that has no result yet."""
    before = wanted.pop("plan")
    with transaction() as session:
        begun = services.begin_plan(session, slug, _draft(wanted), based_on=before, actor=current_actor(), now=utcnow())
        return _stands(begun, council_on_plans(session, begun.process_id))


@blp.route("/processes/<slug>/plans/<plan>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.PlanDocumentOut)
def show_plan(slug: str, plan: str) -> dict[str, Any]:
    """Show what a plan comes to, with a sentence for each measure in the caller's language."""
    session = db.session()
    found = readable_plan(slug, plan)
    stands = _stands(found, council_on_plans(session, found.process_id))
    return stands | _spoken(plan_document(session, found)) | {"freed": freed_money(session, found)}


@blp.route("/processes/<slug>/plans/<plan>", methods=["PUT"])
@requires(Permission.PLAN_EDIT)
@blp.arguments(schemas.ChangedBudgetPlanIn)
@blp.response(200, schemas.BudgetPlanOut)
def revise_plan(wanted: dict[str, Any], slug: str, plan: str) -> dict[str, Any]:
    """Change what a draft rests on."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        revised = services.revise_plan(
            session,
            slug,
            plan,
            _draft(wanted | {"slug": plan}),
            based_on=basis,
            actor=current_actor(),
            now=utcnow(),
        )
        return _stands(revised, council_on_plans(session, revised.process_id))


@blp.route("/processes/<slug>/plans/<plan>/discard", methods=["POST"])
@requires(Permission.PLAN_EDIT)
@blp.arguments(schemas.PlanBasisIn)
@blp.response(204)
def discard_plan(wanted: dict[str, Any], slug: str, plan: str) -> Response:
    """Throw a draft away."""
    with transaction() as session:
        services.discard_plan(session, slug, plan, **wanted, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/processes/<slug>/plans/<plan>/decisions", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.HandDecisionOut(many=True))
def list_decisions(slug: str, plan: str) -> list[PlanDecision]:
    """List what was decided by hand in a plan, with what was taken back."""
    return list(readable_plan(slug, plan).decisions)


@blp.route("/processes/<slug>/plans/<plan>/decisions", methods=["POST"])
@requires(Permission.PLAN_EDIT)
@blp.arguments(schemas.HandDecisionIn)
@blp.response(201, schemas.HandDecisionOut)
def decide_by_hand(wanted: dict[str, Any], slug: str, plan: str) -> PlanDecision:
    """Decide something by hand, with a reason that everybody can read."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.decide_by_hand(
            session, slug, plan, HandDecision(**wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/processes/<slug>/plans/<plan>/settlement", methods=["POST"])
@requires(Permission.PLAN_EDIT, fresh=True)
@blp.arguments(schemas.SettlementIn)
@blp.response(200, schemas.BudgetPlanOut)
def settle_plan(wanted: dict[str, Any], slug: str, plan: str) -> dict[str, Any]:
    """Settle a plan: it is public from then on, and nothing of it changes."""
    found = readable_plan(slug, plan)
    authorise(current_actor(), Permission.PLAN_EDIT, found)
    comparison = None if found.is_settled else services.compare(db.session(), found)
    with transaction() as session:
        settled = services.settle_plan(
            session, slug, plan, **wanted, comparison=comparison, actor=current_actor(), now=utcnow()
        )
        return _stands(settled, council_on_plans(session, settled.process_id))


@blp.route("/processes/<slug>/plans/<plan>/file", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.PlanFileIn, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def give_plan(asked: dict[str, str], slug: str, plan: str) -> Response:
    """Give a plan as a file in the caller's language."""
    found = readable_plan(slug, plan)
    languages = reader_languages(found.process.default_language)
    file = plan_file(plan_document(db.session(), found), found.process, asked["format"], languages, now=utcnow())
    return Response(file.data, mimetype="application/octet-stream")


@blp.route("/processes/<slug>/plans/<plan>/comparison", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.ComparisonOut)
def show_comparison(slug: str, plan: str) -> Mapping[str, Any]:
    """Show what other rules would pay for; that of a settled plan is stored with it."""
    found = readable_plan(slug, plan)
    stored: Mapping[str, Any] | None = plan_document(db.session(), found)["rules"]
    return stored or services.compare(db.session(), found).rules


def _stands(plan: Plan, council: CouncilOnPlans) -> dict[str, Any]:
    return {"plan": plan, "standing": council.standing_of(plan), "decision": council.decision_about(plan)}


def _draft(wanted: dict[str, Any]) -> PlanDraft:
    typed = wanted.pop("minimum")
    return PlanDraft(**wanted, minimum=parse_minimum(typed) if typed else None)


def _spoken(document: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row | {"sentence": reason_in_words(row, document["currency"])} for row in document["measures"]]
    return {**document, "measures": rows, "document_hash": document_hash(document)}
