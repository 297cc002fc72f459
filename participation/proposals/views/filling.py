"""Forms of proposals, filled from what there is and read into what services take."""

from collections.abc import Sequence

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField

from participation.accounts.queries import departments_of
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.proposals.forms import EditedGoalForm, EditedMeasureForm, GoalForm, MeasureForm, ProposalForm
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted_in_brief, readable_proposal
from participation.proposals.rules import ProposalKind
from participation.proposals.services import Draft, Place, place_of
from participation.texts.models import Text
from participation.texts.queries import original, wording
from participation.web.guard import current_actor
from participation.web.locale import reader_languages

Choices = list[tuple[str, str]]


def readable(process: str, code: str) -> Proposal:
    """Return the proposal of this address if the visitor may read it."""
    session = db.session()
    return readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())


def to_page(proposal: Proposal) -> Response:
    """Lead to a proposal's page."""
    return redirect(url_for("site.proposal", process=proposal.process.slug, code=proposal.code), 303)


def is_office(proposal: Proposal) -> bool:
    """Say whether the visitor may do what the office does with proposals."""
    return may(current_actor(), Permission.PROPOSAL_EDIT, proposal)


def empty_form(kind: ProposalKind, process: Process) -> ProposalForm:
    """Return the form for a new proposal, bound to what was sent if something was."""
    return _with_choices(GoalForm() if kind is ProposalKind.GOAL else MeasureForm(), process)


def edited_form(proposal: Proposal) -> EditedGoalForm | EditedMeasureForm:
    """Return the form for a proposal that is there, with its words unless something was sent."""
    place = place_of(proposal)
    said = {
        "based_on": proposal.revision,
        "language": proposal.title.language,
        "title": original(proposal.title).body,
        "body": original(proposal.body).body if proposal.body else "",
        "target_group": original(proposal.target_group).body if proposal.target_group else "",
        "partners": original(proposal.partners).body if proposal.partners else "",
        "author_name": proposal.author_name,
        "field": place.field,
        "parent": place.parent,
        "serves": list(place.serves),
        "department": proposal.department.code if proposal.department else "",
        "unit": proposal.unit,
    }
    form: EditedGoalForm | EditedMeasureForm = (
        EditedGoalForm(data=said) if proposal.kind is ProposalKind.GOAL else EditedMeasureForm(data=said)
    )
    _with_choices(form, proposal.process, proposal)
    return form


def draft_from(form: ProposalForm, kind: ProposalKind) -> Draft:
    """Read a form into what services take."""
    return Draft(
        kind=kind,
        language=form.language.data or "",
        title=form.title.data or "",
        body=form.body.data or "",
        target_group=typed(form, "target_group"),
        partners=typed(form, "partners"),
        place=Place(
            field=typed(form, "field"),
            parent=typed(form, "parent"),
            serves=tuple(form.serves.data or ()) if isinstance(form, MeasureForm) else (),
        ),
        author_name=form.author_name.data or "",
    )


def language_choices(process: Process) -> Choices:
    """Return every language in which people may write, those of the process first."""
    others = sorted(LANGUAGES.keys() - set(process.languages), key=lambda tag: LANGUAGES[tag].own_name.casefold())
    return [(tag, LANGUAGES[tag].own_name) for tag in (*process.languages, *others) if tag in LANGUAGES]


def coded(things: Sequence[tuple[str, Text]], process: Process) -> Choices:
    """Return choices of things with a code and a title in the reader's language."""
    languages = reader_languages(process.default_language)
    return [(code, f"{code} · {wording(title, languages).body}") for code, title in things]


def department_choices(process: Process) -> Choices:
    """Return the departments of a process."""
    departments = departments_of(db.session(), process.id)
    return [("", _("Not decided yet")), *coded([(one.code, one.title) for one in departments], process)]


def offer_places(form: FlaskForm, process: Process, proposal: Proposal | None = None) -> None:
    """Give the inputs that say where a proposal belongs their choices."""
    session = db.session()
    themes = coded([(theme.code, theme.title) for theme in process.fields], process)
    offer(form, "field", [("", _("I leave this to the office")), *themes])
    if "parent" in form:
        goals = admitted_in_brief(session, process.id, ProposalKind.GOAL)
        mains = [goal for goal in goals if goal.parent_id is None and (proposal is None or goal.id != proposal.id)]
        named = coded([(goal.code, goal.title) for goal in mains], process)
        offer(form, "parent", [("", _("None, it is a main goal")), *named])
    if "serves" in form:
        served = [goal for goal in admitted_in_brief(session, process.id, ProposalKind.GOAL) if goal.parent_id]
        offer(form, "serves", coded([(goal.code, goal.title) for goal in served], process))


def offer(form: FlaskForm, name: str, choices: Choices) -> None:
    """Give an input its choices, if the form has it."""
    if name not in form:
        return
    field = form[name]
    if isinstance(field, SelectField):
        field.choices = choices


def _with_choices(form: ProposalForm, process: Process, proposal: Proposal | None = None) -> ProposalForm:
    offer(form, "language", language_choices(process))
    offer_places(form, process, proposal)
    if "department" in form:
        offer(form, "department", department_choices(process))
    return form


def typed(form: FlaskForm, name: str) -> str:
    """Return what was typed into an input, nothing if the form does not have it."""
    return str(form[name].data or "") if name in form else ""
