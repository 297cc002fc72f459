"""Shapes of the JSON of envelopes and plans, in and out apart. Amounts are integer cents, scores exact texts."""

from marshmallow import EXCLUDE, RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.budgeting.rules.envelopes import FIRST_YEAR, LAST_YEAR, Mode
from participation.budgeting.rules.plans import Choice, PlanOrigin, PlanStanding, PlanState
from participation.core.languages import LANGUAGES
from participation.core.money import MAX_CENTS
from participation.core.wording import REASON, TITLE
from participation.processes.rules import MAX_CODE, MAX_SLUG
from participation.results.schemas import FrozenTextOut
from participation.texts.schemas import TextOut, words_by_language

_SOURCE = 500
_FRACTION = 64


class _In(Schema):
    class Meta:
        unknown = RAISE


def _year(*, required: bool = True) -> fields.Integer:
    given = {"required": True} if required else {"load_default": None, "allow_none": True}
    return fields.Integer(strict=True, validate=Range(FIRST_YEAR, LAST_YEAR), **given)


def _based_on() -> fields.Integer:
    return fields.Integer(
        required=True,
        strict=True,
        validate=Range(1, 2**31 - 1),
        metadata={"description": "The revision that the caller has read."},
    )


def _cents() -> fields.Integer:
    return fields.Integer(required=True)


class ChangedEnvelopeIn(_In):
    """What an envelope says."""

    titles = words_by_language(TITLE.maximum, required=True)
    cents = fields.Integer(required=True, strict=True, validate=Range(0, MAX_CENTS))
    first_year = _year()
    last_year = _year(required=False)
    mode = fields.Enum(
        Mode,
        by_value=True,
        required=True,
        metadata={"description": "Whether it comes on top of earlier decisions or replaces them in its years."},
    )
    carries_over = fields.Boolean(load_default=False)
    sources = words_by_language(_SOURCE, required=True)
    source_paper = fields.String(
        load_default="", validate=Length(max=40), metadata={"description": "Such as VO/2021/09701."}
    )
    decided_on = fields.Date(required=True)
    based_on = _based_on()


class EnvelopeIn(ChangedEnvelopeIn):
    """Money that was granted."""

    code = fields.String(required=True, validate=Length(1, MAX_CODE))

    class Meta(ChangedEnvelopeIn.Meta):
        exclude = ("based_on",)


class WithdrawEnvelopeIn(_In):
    """Why an envelope counts no more."""

    reason = fields.String(required=True, validate=Length(1, REASON.maximum))
    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    based_on = _based_on()


class EnvelopeOut(Schema):
    """Money that was granted: so many cents in each of its years, null for no last year."""

    code = fields.String(required=True)
    title = fields.Nested(TextOut, required=True)
    cents = _cents()
    currency = fields.String(required=True)
    first_year = fields.Integer(required=True)
    last_year = fields.Integer(required=True, allow_none=True)
    mode = fields.Enum(Mode, by_value=True, required=True)
    carries_over = fields.Boolean(required=True)
    source = fields.Nested(TextOut, required=True)
    source_paper = fields.String(required=True, allow_none=True)
    decided_on = fields.Date(required=True)
    revision = fields.Integer(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    withdrawal_reason = fields.Nested(TextOut, required=True, allow_none=True)


class GrantedOut(Schema):
    """What one decision brings in a year."""

    envelope = fields.String(required=True)
    cents = _cents()


class ReplacedOut(Schema):
    """A decision that another one replaces in a year."""

    envelope = fields.String(required=True)
    by = fields.String(required=True)


class GrantedYearOut(Schema):
    """One year's money, and what it would be if every decision were meant on top, or in total."""

    year = fields.Integer(required=True)
    granted_cents = _cents()
    granted = fields.List(fields.Nested(GrantedOut), required=True)
    replaced = fields.List(fields.Nested(ReplacedOut), required=True)
    if_additive_cents = _cents()
    if_replacing_cents = _cents()


class EnvelopesOut(Schema):
    """All envelopes in the order of their decisions, and the years; the last year shown goes for those after it."""

    items = fields.List(fields.Nested(EnvelopeOut), required=True)
    by_year = fields.List(fields.Nested(GrantedYearOut), required=True)


class ChangedBudgetPlanIn(_In):
    """What a plan rests on."""

    titles = words_by_language(TITLE.maximum, required=True)
    ranking = fields.String(required=True, validate=Length(1, MAX_SLUG))
    first_year = _year()
    last_year = _year()
    minimum = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(1, 10),
        metadata={"description": "The least joint score that starts, in percent, such as 55 or 55.5; null for none."},
    )
    based_on = _based_on()


class BudgetPlanIn(ChangedBudgetPlanIn):
    """A plan to begin."""

    slug = fields.String(required=True, validate=Length(1, MAX_SLUG))
    plan = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(1, MAX_SLUG),
        metadata={"description": "A plan whose decisions made by hand are taken over."},
    )

    class Meta(ChangedBudgetPlanIn.Meta):
        exclude = ("based_on",)


class PlanBasisIn(_In):
    """On which revision an act rests."""

    based_on = _based_on()


class SettlementIn(PlanBasisIn):
    """Settling a plan as it was read."""

    seen = fields.String(
        required=True,
        validate=Length(1, 64),
        metadata={"description": "The `document_hash` that came with the plan."},
    )


class HandDecisionIn(_In):
    """What is decided by hand about a measure; `by_the_ranking` takes a decision back."""

    measure = fields.String(required=True, validate=Length(1, 24))
    choice = fields.Enum(Choice, by_value=True, required=True)
    start_year = _year(required=False)
    reason = fields.String(required=True, validate=Length(1, REASON.maximum))
    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    based_on = _based_on()


class HandDecisionOut(Schema):
    """Something that was decided by hand; the last one about a measure counts."""

    number = fields.Integer(required=True)
    measure = fields.String(required=True)
    choice = fields.Enum(Choice, by_value=True, required=True)
    start_year = fields.Integer(required=True, allow_none=True)
    reason = fields.Nested(TextOut, required=True)
    consultation = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, format="iso")


class PlanDecisionOut(Schema):
    """Which committee adopted or rejected a plan, when, and upon which paper."""

    committee = fields.Nested(TextOut, required=True)
    decided_on = fields.Date(required=True)
    paper = fields.String(required=True)
    is_adopted = fields.Boolean(required=True)


class PlanStandingOut(Schema):
    """How a plan stands with the council."""

    standing = fields.Enum(
        PlanStanding,
        by_value=True,
        required=True,
        metadata={
            "description": "in_force: the last one that the council adopted. proposed: the office's, about which the "
            "council has not decided. replaced: adopted before the one in force. earlier: overtaken undecided."
        },
    )
    decision = fields.Nested(PlanDecisionOut, required=True, allow_none=True)


class BudgetPlanOut(PlanStandingOut):
    """A plan without what it comes to, and how it stands with the council."""

    slug = fields.String(required=True, attribute="plan.slug")
    title = fields.Nested(TextOut, required=True, attribute="plan.title")
    state = fields.Enum(PlanState, by_value=True, required=True, attribute="plan.state")
    origin = fields.Enum(PlanOrigin, by_value=True, required=True, attribute="plan.origin")
    consultation = fields.String(required=True, allow_none=True, attribute="plan.consultation")
    first_year = fields.Integer(required=True, attribute="plan.first_year")
    last_year = fields.Integer(required=True, attribute="plan.last_year")
    minimum = fields.String(
        required=True,
        allow_none=True,
        attribute="plan.minimum",
        metadata={"description": "An exact share such as 11/20."},
    )
    revision = fields.Integer(required=True, attribute="plan.revision")
    settled_at = fields.AwareDateTime(required=True, allow_none=True, format="iso", attribute="plan.settled_at")
    snapshot_hash = fields.String(
        required=True,
        allow_none=True,
        attribute="plan.snapshot_hash",
        metadata={"description": "SHA-256 of the canonical JSON of its document."},
    )


class PlanSumsOut(Schema):
    """How many measures there are and what they cost."""

    measures = fields.Integer(required=True)
    once_cents = _cents()
    annual_cents = _cents()
    volume_cents = _cents()


class PlanYearOut(Schema):
    """One year of a plan: granted and carried in are spent, carried out or lapse."""

    year = fields.Integer(required=True)
    granted_cents = _cents()
    granted = fields.List(fields.Nested(GrantedOut), required=True)
    replaced = fields.List(fields.Nested(ReplacedOut), required=True)
    carried_in_cents = _cents()
    spent_cents = _cents()
    carried_out_cents = _cents()
    lapsed_cents = _cents()
    starting = fields.List(fields.String(), required=True)
    starting_volume_cents = _cents()


class PlanReasonOut(Schema):
    """Why: a code, and the figures of its sentence."""

    code = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class PlanRowOut(Schema):
    """One measure of a plan."""

    code = fields.String(required=True)
    title = fields.Nested(FrozenTextOut, required=True)
    rank = fields.Integer(required=True, allow_none=True)
    score = fields.String(required=True, allow_none=True)
    costing = fields.Dict(required=True, allow_none=True)
    shown_otherwise = fields.Dict(required=True, allow_none=True)
    status = fields.String(required=True, validate=OneOf(["covered", "starts", "later", "out", "apart"]))
    start_year = fields.Integer(required=True, allow_none=True)
    reason = fields.Nested(PlanReasonOut, required=True)
    by_hand = fields.Dict(required=True, allow_none=True)
    sentence = fields.String(required=True, metadata={"description": "The reason in the caller's language."})


class FreedMoneyOut(Schema):
    """How much less than before a plan pays out in a year."""

    year = fields.Integer(required=True)
    cents = fields.Integer(required=True)


class PlanDocumentOut(PlanStandingOut):
    """What a plan comes to: a settled one as it was stored, a draft as it is now."""

    schema = fields.String(required=True)
    process = fields.String(required=True)
    plan = fields.String(required=True)
    title = fields.Nested(FrozenTextOut, required=True)
    currency = fields.String(required=True)
    state = fields.String(required=True)
    settled_at = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    origin = fields.String(required=True)
    consultation = fields.String(required=True, allow_none=True)
    based_on = fields.String(required=True, allow_none=True)
    ranking = fields.Dict(required=True)
    first_year = fields.Integer(required=True)
    last_year = fields.Integer(required=True)
    minimum = fields.String(required=True, allow_none=True)
    tie_break = fields.String(required=True)
    ties = fields.List(fields.List(fields.String()), required=True)
    totals = fields.Dict(keys=fields.String(), values=fields.Nested(PlanSumsOut), required=True)
    by_year = fields.List(fields.Nested(PlanYearOut), required=True)
    measures = fields.List(fields.Nested(PlanRowOut), required=True)
    funding_line = fields.Dict(required=True)
    near_misses = fields.List(fields.Dict(), required=True)
    steps = fields.List(fields.Dict(), required=True)
    rules = fields.Dict(required=True, allow_none=True)
    freed = fields.List(
        fields.Nested(FreedMoneyOut),
        required=True,
        metadata={"description": "What the council's change set free; it goes to no measure. Empty in other plans."},
    )
    document_hash = fields.String(
        required=True,
        metadata={
            "description": "SHA-256 of the document, without sentences, standing, and freed; settling a draft names it."
        },
    )


class ComparisonOut(Schema):
    """What other rules would pay for with the money of one year."""

    year = fields.Integer(required=True)
    budget_cents = _cents()
    minimum = fields.String(required=True)
    bodies = fields.List(fields.Dict(), required=True)
    dropped = fields.List(fields.Dict(), required=True)
    rules = fields.List(fields.Dict(), required=True)


class PlanFileIn(_In):
    """Which file of a plan is asked for."""

    format = fields.String(required=True, validate=OneOf(["csv", "xlsx", "json", "pdf"]))

    class Meta:
        unknown = EXCLUDE
