"""Shapes of the JSON of what follows the decision, in and out apart."""

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.wording import REASON, TITLE
from participation.monitoring.rules import MeasureState, Repeat
from participation.texts.schemas import TextOut, words_by_language
from participation.web.booleans import TrueOrFalse
from participation.web.pagination import PageIn


class _In(Schema):
    class Meta:
        unknown = RAISE


def _based_on(what: str) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=Range(0, 2**31 - 1), metadata={"description": what})


class FollowedUpMeasuresIn(PageIn):
    """Which measures are listed."""

    status = fields.String(
        load_default="",
        validate=OneOf(["", "none", *MeasureState]),
        metadata={"description": "Only those that stand there; `none`: those of which nobody has said anything."},
    )
    field = fields.String(load_default="", validate=Length(max=16))
    department = fields.String(load_default="", validate=Length(max=20))
    search = fields.String(load_default="", validate=Length(max=200))


class MeasureStatusIn(_In):
    """Where a measure stands."""

    status = fields.Enum(MeasureState, by_value=True, required=True)
    since = fields.Date(required=True, metadata={"description": "The day since which it is so, today at the latest."})
    reasons = words_by_language(REASON.maximum, load_default=dict)
    based_on = _based_on("The revision of the status that was read; 0 if there was none.")


class MeasureStatusOut(Schema):
    """A report of where a measure stands; the highest revision is the present one."""

    revision = fields.Integer(required=True)
    status = fields.Enum(MeasureState, by_value=True, required=True, attribute="state")
    since = fields.Date(required=True)
    reason = fields.Nested(TextOut, required=True, allow_none=True)
    department = fields.Function(
        lambda status: status.department.code if status.department else None,
        required=True,
        metadata={"type": ["string", "null"], "description": "Code of the department that reported it."},
    )
    reported_at = fields.AwareDateTime(required=True, format="iso")


class FollowedUpMeasureOut(Schema):
    """A measure and where it stands; null if nobody has said."""

    code = fields.String(required=True, attribute="proposal.code")
    title = fields.Nested(TextOut, required=True, attribute="proposal.title")
    field = fields.Function(
        lambda line: line.proposal.field.code if line.proposal.field else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )
    department = fields.Function(
        lambda line: line.proposal.department.code if line.proposal.department else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )
    status = fields.Nested(MeasureStatusOut, required=True, allow_none=True)


class MeasureCountsOut(Schema):
    """How many admitted measures stand where."""

    total = fields.Integer(required=True)
    silent = fields.Integer(required=True, metadata={"description": "Of so many nobody has said anything."})
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class RoadmapStepIn(_In):
    """A step of the roadmap."""

    titles = words_by_language(TITLE.maximum, required=True)
    repeat = fields.Enum(Repeat, by_value=True, required=True)
    first_due_on = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "When it is due, the first time if it comes round; null if nobody has said. A day after "
            "the last time that it was done is the next one."
        },
    )


class ChangedRoadmapStepIn(RoadmapStepIn):
    """The same for a step that is there."""

    based_on = _based_on("The revision of the step that was read.")


class StepMoveIn(_In):
    """Where a step goes."""

    direction = fields.String(required=True, validate=OneOf(["earlier", "later"]))


class StepDoneIn(_In):
    """That a step was done."""

    done_on = fields.Date(required=True)
    notes = words_by_language(REASON.maximum, load_default=dict)
    based_on = _based_on("How often the step had been done when that was read.")


class StepTakenBackIn(_In):
    """That it was not."""

    based_on = _based_on("How often the step had been done when that was read.")


class StepTimeOut(Schema):
    """A time that a step was done."""

    number = fields.Integer(required=True)
    due_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The day on which it had been due; null if nobody had said."},
    )
    done_on = fields.Date(required=True)
    note = fields.Nested(TextOut, required=True, allow_none=True)


class RoadmapStepOut(Schema):
    """A step of the roadmap."""

    id = fields.String(required=True, attribute="step.id")
    revision = fields.Integer(required=True, attribute="step.revision")
    title = fields.Nested(TextOut, required=True, attribute="step.title")
    repeat = fields.Enum(Repeat, by_value=True, required=True, attribute="step.repeat")
    first_due_on = fields.Date(required=True, allow_none=True, attribute="step.first_due_on")
    due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "When it is due next; null if nobody has said."}
    )
    due_after = fields.Date(
        required=True, allow_none=True, metadata={"description": "When it is due after that, if it comes round."}
    )
    is_over = fields.Boolean(required=True, metadata={"description": "Done for good."})
    times = fields.List(fields.Nested(StepTimeOut), required=True, attribute="step.times")


class FollowingIn(_In):
    """Whether one wants to be told."""

    wanted = TrueOrFalse(required=True)


class FollowingOut(Schema):
    """Whether one is told what becomes of something."""

    wanted = fields.Boolean(required=True)


class FollowedOut(Schema):
    """What one follows in a process."""

    process = fields.String(required=True, attribute="process.slug")
    whole = fields.Function(lambda one: one.whole_since is not None, required=True, metadata={"type": "boolean"})
    proposals = fields.Function(
        lambda one: sorted(followed.proposal.code for followed in one.proposals),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    began_at = fields.AwareDateTime(required=True, format="iso")
    mailed_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
