"""Deciding about one proposal: admit, merge, split or decline, each with its form on one page."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import NotFound
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.kinds.steering_group.forms import (
    AdmitForm,
    AdmitGoalForm,
    AdmitMeasureForm,
    DecisionForm,
    DeclineForm,
    MergeForm,
    SplitForm,
    with_parts,
)
from participation.kinds.steering_group.views.blueprint import bp
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.queries import (
    interests_of,
    mergeable_with,
    readable_proposal,
    relatives_of,
    spelt_alike,
    support_of,
)
from participation.proposals.rules import LIVE, MAX_PARTS, MIN_PARTS, ProposalAction, ProposalKind
from participation.proposals.services import Draft, Place, place_of
from participation.proposals.views.filling import coded, department_choices, language_choices, offer, offer_places
from participation.rounds.kinds import KindName
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires

Page = tuple[str, int]
Forms = dict[str, DecisionForm]
MORE_PARTS: Final = "more"
"""Value of the button that asks for one more part and decides nothing."""


@bp.get("/<slug>/proposals/<code>")
@requires(Permission.PROPOSAL_DECIDE)
def decide(slug: str, code: str) -> Page | Response:
    """Show a proposal with everything that can be decided about it."""
    round_, proposal = _at_hand(slug, code)
    if proposal.state not in LIVE:
        flash(_("This proposal has been decided about in the meantime."), "info")
        return redirect(url_for("site.proposal", process=round_.process.slug, code=code), HTTPStatus.SEE_OTHER)
    return _page(round_, proposal, _forms(proposal), HTTPStatus.OK)


@bp.post("/<slug>/proposals/<code>/admit")
@requires(Permission.PROPOSAL_DECIDE)
def admit(slug: str, code: str) -> Page | Response:
    """Admit a proposal."""

    def act(session: Session, proposal: Proposal, form: Any, **more: Any) -> object:  # noqa: ANN401 - one of four forms
        place = Place(_chosen(form, "field"), _chosen(form, "parent"), tuple(_serves(form)))
        department = _chosen(form, "department")
        return services.admit(session, proposal.id, place=place, department=department, **more)

    return _decided(slug, code, ProposalAction.ADMIT, act, _("The proposal is admitted."))


@bp.post("/<slug>/proposals/<code>/merge")
@requires(Permission.PROPOSAL_DECIDE)
def merge(slug: str, code: str) -> Page | Response:
    """Merge a proposal into another one."""

    def act(session: Session, proposal: Proposal, form: Any, **more: Any) -> object:  # noqa: ANN401 - one of four forms
        return services.merge_into(session, proposal.id, _chosen(form, "into"), **more)

    return _decided(slug, code, ProposalAction.MERGE, act, _("The proposal is merged, and its authors stay visible."))


@bp.post("/<slug>/proposals/<code>/decline")
@requires(Permission.PROPOSAL_DECIDE)
def decline(slug: str, code: str) -> Page | Response:
    """Decline a proposal."""

    def act(session: Session, proposal: Proposal, _form: Any, **more: Any) -> object:  # noqa: ANN401 - one of four forms
        return services.decline(session, proposal.id, **more)

    return _decided(slug, code, ProposalAction.DECLINE, act, _("The proposal is declined, and its page says why."))


@bp.post("/<slug>/proposals/<code>/split")
@requires(Permission.PROPOSAL_DECIDE)
def split(slug: str, code: str) -> Page | Response:
    """Split a proposal, or show the form with one more part."""
    if request.form.get("then") == MORE_PARTS:
        round_, proposal = _at_hand(slug, code)
        forms = _forms(proposal, sent=ProposalAction.SPLIT, more_parts=1)
        return _page(round_, proposal, forms, HTTPStatus.OK, opened=ProposalAction.SPLIT)

    def act(session: Session, proposal: Proposal, form: Any, **more: Any) -> object:  # noqa: ANN401 - one of four forms
        return services.split(session, proposal.id, _parts(form, proposal), **more)

    return _decided(slug, code, ProposalAction.SPLIT, act, _("The proposal is split, and its parts are linked to it."))


def _decided(slug: str, code: str, action: ProposalAction, act: Callable[..., object], done: str) -> Page | Response:
    round_, proposal = _at_hand(slug, code)
    forms = _forms(proposal, sent=action)
    form = forms[action.value]
    languages, default = proposal.process.languages, proposal.process.default_language

    def decide(session: Session) -> None:
        act(
            session,
            proposal,
            form,
            reasons=typed_in_languages(form, "reason", languages),
            based_on=form.based_on.data,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, decide, reason=f"reason-{default}")
    if status is HTTPStatus.SEE_OTHER:
        flash(done, "success")
        return redirect(url_for(".door", slug=slug), status)
    round_, proposal = _at_hand(slug, code)
    form.based_on.raw_data, form.based_on.data = None, proposal.revision  # shown again, it rests on what is shown now
    return _page(round_, proposal, forms, status, opened=action)


def _at_hand(slug: str, code: str) -> tuple[Round, Proposal]:
    session, actor = db.session(), current_actor()
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.PROPOSAL_DECIDE, round_)
    if round_.kind is not KindName.STEERING_GROUP:
        raise NotFound("no_such_round", slug=slug)
    return round_, readable_proposal(session, round_.process, code, actor=actor, now=utcnow())


def _forms(proposal: Proposal, *, sent: ProposalAction | None = None, more_parts: int = 0) -> Forms:
    """Return the four forms; the one that was sent is bound to what was typed, the others are fresh."""
    place = place_of(proposal)
    known: dict[str, Any] = {
        "based_on": proposal.revision,
        "field": place.field,
        "parent": place.parent,
        "serves": list(place.serves),
        "department": proposal.department.code if proposal.department else "",
        "language": proposal.title.language,
    }
    admission = AdmitGoalForm if proposal.kind is ProposalKind.GOAL else AdmitMeasureForm
    count = _number_of_parts(sent, more_parts)
    shapes: Mapping[ProposalAction, type[DecisionForm]] = {
        ProposalAction.ADMIT: admission,
        ProposalAction.MERGE: MergeForm,
        ProposalAction.SPLIT: with_parts(SplitForm, count),
        ProposalAction.DECLINE: DeclineForm,
    }
    forms: Forms = {}
    for action, shape in shapes.items():
        worded = in_languages(shape, "reason", _("Reason"), proposal.process.languages, long=True)
        binding: dict[str, Any] = {} if action is sent else {"formdata": None}
        forms[action.value] = worded(prefix=f"{action.value}-", data=known, **binding)
    _offer_choices(forms, proposal)
    if isinstance(form := forms[ProposalAction.SPLIT.value], SplitForm):
        form.parts.raw_data, form.parts.data = None, count
    return forms


def _number_of_parts(sent: ProposalAction | None, more: int) -> int:
    typed = request.form.get("split-parts", "") if sent is ProposalAction.SPLIT else ""
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MAX_PARTS)) else MIN_PARTS
    return min(max(count + more, MIN_PARTS), MAX_PARTS)


def _offer_choices(forms: Forms, proposal: Proposal) -> None:
    process = proposal.process
    admission = forms[ProposalAction.ADMIT.value]
    if isinstance(admission, AdmitForm):
        offer_places(admission, process, proposal)
        if "department" in admission:
            offer(admission, "department", department_choices(process))
    others = mergeable_with(db.session(), proposal)
    named = coded([(other.code, other.title) for other in others], process)
    offer(forms[ProposalAction.MERGE.value], "into", [("", _("Please choose one.")), *named])
    offer(forms[ProposalAction.SPLIT.value], "language", language_choices(process))


def _chosen(form: DecisionForm, name: str) -> str:
    return str(form[name].data or "") if name in form else ""


def _serves(form: DecisionForm) -> list[str]:
    return list(form["serves"].data or ()) if "serves" in form else []


def _parts(form: SplitForm, proposal: Proposal) -> list[Draft]:
    return [
        Draft(
            kind=proposal.kind,
            language=form.language.data or "",
            title=str(form[f"parts-{number}-title"].data or ""),
            body=str(form[f"parts-{number}-body"].data or ""),
        )
        for number in range(form.parts.data or 0)
    ]


def _page(
    round_: Round, proposal: Proposal, forms: Forms, status: int, *, opened: ProposalAction | None = None
) -> Page:
    page = render_template(
        "steering_group/decide.html",
        round=round_,
        process=round_.process,
        proposal=proposal,
        decisions=forms,
        opened=opened.value if opened else "",
        likeness=spelt_alike(db.session(), [proposal])[proposal.id],
        support=support_of(db.session(), [proposal])[proposal.id],
        interests=interests_of(db.session(), [proposal, *relatives_of(db.session(), proposal).taken_in]),
        can_add_parts=len([name for name in forms["split"].data if name.endswith("-title")]) < MAX_PARTS,
    )
    return page, status
