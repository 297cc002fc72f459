"""Plans to read: the list, one plan with a sentence for each measure, what other rules would pay for."""

from flask import Response, render_template, url_for

from participation.budgeting import services
from participation.budgeting.files import ENDINGS, plan_file
from participation.budgeting.pages import comparison_page, plan_page
from participation.budgeting.queries import freed_money, plan_document, plans_of, settled_plans
from participation.budgeting.standing import council_on_plans
from participation.budgeting.views.blueprint import bp, plan_to_edit, readable_plan
from participation.budgeting.wording import freed_in_words
from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.results.queries import has_joint_result, rankings_of, wording_in
from participation.rounds.kinds import Task
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/processes/<process>/plans")
@requires(Permission.PROCESS_READ)
def plans(process: str) -> str:
    """List the plans that a visitor may read: the one in force, what is proposed to the council, then the others."""
    session = db.session()
    found = process_by_slug(session, process)
    writes = may(current_actor(), Permission.PLAN_EDIT, found)
    every = plans_of(session, found.id)
    council = council_on_plans(session, found.id)
    told = {one.id for one in (council.in_force, council.proposed) if one}
    rankings = [one for one in rankings_of(session, found.id) if one.task is Task.PRIORITISE_MEASURES]
    return render_template(
        "budgeting/plans.html",
        process=found,
        council=council,
        others=[one for one in settled_plans(session, found.id) if one.id not in told],
        drafts=[one for one in every if not one.is_settled] if writes else [],
        can_begin=writes and any(has_joint_result(session, one.id) for one in rankings),
        writes=writes,
    )


@bp.get("/processes/<process>/plans/<plan>")
@requires(Permission.PROCESS_READ)
def plan(process: str, plan: str) -> str:
    """Show a plan: the figures in sentences, the years, and for each measure why it starts, when, or why not."""
    found = readable_plan(process, plan)
    document = plan_document(db.session(), found)
    return render_template(
        "budgeting/plan.html",
        process=found.process,
        plan=found,
        council=council_on_plans(db.session(), found.process_id),
        freed=freed_in_words(freed_money(db.session(), found), found.process.currency),
        files={ending: url_for(".download_plan", process=process, plan=plan, ending=ending) for ending in ENDINGS},
        **plan_page(document, found.process),
    )


@bp.get("/processes/<process>/plans/<plan>.<any(csv, xlsx, json, pdf):ending>")
@requires(Permission.PROCESS_READ)
def download_plan(process: str, plan: str, ending: str) -> Response:
    """Give a plan as a file."""
    found = readable_plan(process, plan)
    languages = reader_languages(found.process.default_language)
    file = plan_file(plan_document(db.session(), found), found.process, ending, languages, now=utcnow())
    response = Response(file.data, mimetype=file.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@bp.get("/processes/<process>/plans/<plan>/comparison")
@requires(Permission.PLAN_EDIT)
def compare_rules(process: str, plan: str) -> str:
    """Show of a draft what other rules would pay for; a settled plan shows it on its own page."""
    found = plan_to_edit(process, plan)
    document = plan_document(db.session(), found)
    rules = document["rules"] or services.compare(db.session(), found).rules
    return render_template(
        "budgeting/comparison.html",
        process=found.process,
        plan=found,
        title=wording_in(document["title"], reader_languages(found.process.default_language)),
        rules=comparison_page(rules, document, found.process),
    )
