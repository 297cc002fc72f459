"""The shape of an import's answer."""

from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, fields


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
