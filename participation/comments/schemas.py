"""Shapes of the JSON of comments, in and out apart."""

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf

from participation.comments.rules import CommentState
from participation.core.languages import LANGUAGES
from participation.core.wording import COMMENT, NAME, REASON
from participation.texts.schemas import TextOut, words_by_language


class _In(Schema):
    class Meta:
        unknown = RAISE


class CommentIn(_In):
    """What somebody says about a proposal, or in reply to a first-level comment on it."""

    round = fields.String(
        required=True, validate=Length(1, 64), metadata={"description": "Slug of a round that asks for comments."}
    )
    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    body = fields.String(required=True, validate=Length(1, COMMENT.maximum))
    reply_to = fields.String(load_default="", validate=Length(max=20), metadata={"description": "Id of a comment."})
    author_name = fields.String(
        load_default="",
        validate=Length(max=NAME.maximum),
        metadata={"description": "The name that is shown; delegates comment in the name of their organisation."},
    )


class ReportIn(_In):
    """Notice that a comment breaks the rules."""

    reason = fields.String(required=True, validate=Length(1, REASON.maximum))
    good_faith = fields.Boolean(
        required=True,
        validate=OneOf([True]),
        metadata={"description": "That the notice is given to the best of one's knowledge."},
    )


class ModerationIn(_In):
    """A decision of moderators with its public reason."""

    reasons = words_by_language(REASON.maximum, required=True)


class CommentOut(Schema):
    """A comment. The words of a hidden one are for moderators; everybody reads why it is hidden."""

    id = fields.String(required=True)
    state = fields.Enum(CommentState, by_value=True, required=True)
    author_name = fields.String(required=True)
    organisation = fields.String(required=True, allow_none=True, metadata={"description": "Name of the organisation."})
    body = fields.Nested(TextOut, required=True, allow_none=True)
    hidden_because = fields.Nested(TextOut, required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True, format="iso")


class ThreadOut(CommentOut):
    """A first-level comment with its replies, the oldest first."""

    replies = fields.List(fields.Nested(CommentOut), required=True)


class ReportOut(Schema):
    """A notice, as moderators read it."""

    reason = fields.String(required=True)
    at = fields.AwareDateTime(required=True, format="iso")


class ReportedOut(Schema):
    """A comment with the notices that nobody has answered."""

    proposal = fields.String(required=True, metadata={"description": "Code of the proposal."})
    comment = fields.Nested(CommentOut, required=True)
    reports = fields.List(fields.Nested(ReportOut), required=True)
