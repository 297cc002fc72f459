"""Shapes of imports and of processes that are made from a template or as a copy."""

from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length

from participation.core.wording import TITLE
from participation.processes.rules import MAX_SLUG
from participation.processes.schemas import ProcessIn
from participation.texts.schemas import words_by_language


class ImportQuery(Schema):
    """Whether anything is to be written."""

    class Meta:
        unknown = RAISE

    check_only = fields.Boolean(load_default=False)


class ImportFiles(Schema):
    """The upload."""

    file = Upload(required=True)


class ImportOut(Schema):
    """What the file brought, or would bring."""

    imported = fields.Boolean(required=True)
    goals = fields.Integer(required=True)
    sub_goals = fields.Integer(required=True)
    measures = fields.Integer(required=True)
    costings = fields.Integer(required=True)


class TemplateOut(Schema):
    """A template of a process."""

    name = fields.String(required=True)
    titles = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    about = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class TemplatesOut(Schema):
    """Every template."""

    items = fields.List(fields.Nested(TemplateOut), required=True)


class FromTemplateIn(ProcessIn):
    """A process to be made from a template."""

    starts_on = fields.Date(required=True, format="iso")


class CopyIn(Schema):
    """A process to be made as another one is."""

    class Meta:
        unknown = RAISE

    titles = words_by_language(TITLE.maximum, required=True)
    starts_on = fields.Date(required=True, format="iso")
    slug = fields.String(load_default="", validate=Length(max=MAX_SLUG))
    organisations = fields.Boolean(
        load_default=False, metadata={"description": "Whether organisations are copied, without their delegates."}
    )


class PlannedPhaseOut(Schema):
    """A phase that is made."""

    code = fields.String(required=True)
    titles = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")


class PlannedRoundOut(Schema):
    """A round that is made as a draft."""

    phase = fields.String(required=True)
    kind = fields.String(required=True)
    tasks = fields.List(fields.String(), required=True)
    titles = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")
    ballot_kind = fields.String(required=True, allow_none=True)
    max_choices = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True)
    max_per_option = fields.Integer(required=True, allow_none=True)
    max_score = fields.Integer(required=True, allow_none=True)


class PlanOut(Schema):
    """What was made, or with `check_only` what would be."""

    made = fields.Boolean(required=True)
    process = fields.String(required=True, allow_none=True, metadata={"description": "Address of the new process."})
    weights_next = fields.Boolean(
        required=True, metadata={"description": "Whether weights are to be declared before its first round opens."}
    )
    phases = fields.List(fields.Nested(PlannedPhaseOut), required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    departments = fields.List(fields.String(), required=True)
    organisations = fields.List(fields.String(), required=True)
    rounds = fields.List(fields.Nested(PlannedRoundOut), required=True)
