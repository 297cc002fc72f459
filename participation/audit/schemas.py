"""Shapes of the JSON of the record."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from participation.web.pagination import PageIn


class RecordsIn(PageIn):
    action = fields.String(load_default="", validate=Length(max=64), metadata={"description": "Such as round.close."})
    actor = fields.String(load_default="", validate=Length(max=32), metadata={"description": "Id of who acted."})
    subject = fields.String(load_default="", validate=Length(max=64), metadata={"description": "Id of the thing."})


class RecordOut(Schema):
    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    actor = fields.String(required=True, attribute="actor_id")
    action = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject = fields.String(required=True, attribute="subject_id")
    facts = fields.Dict(keys=fields.String(), required=True)
    previous_hash = fields.String(required=True)
    hash = fields.String(required=True)


class HeadOut(Schema):
    number = fields.Integer(required=True)
    hash = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time", "description": "When the last act was done."})
    site = fields.String(required=True)


class NotedHeadOut(Schema):
    number = fields.Integer(required=True)
    hash = fields.String(required=True)
    noted_at = fields.AwareDateTime(required=True, format="iso")
