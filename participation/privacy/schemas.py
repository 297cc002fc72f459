"""Shapes of the JSON of this room."""

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length


class EraseIn(Schema):
    """The confirmation."""

    class Meta:
        unknown = RAISE

    email = fields.String(
        required=True,
        validate=Length(1, 254),
        metadata={"description": "The address of one's own account, as a confirmation."},
    )


class ConsequencesOut(Schema):
    """What would follow from deleting the account now."""

    voted_in = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Slugs of rounds that are not concluded, in which the ballot stays in the box and can then "
            "no longer be seen or changed; nor can the same address vote there again."
        },
    )
    contributions = fields.Integer(
        required=True, metadata={"description": "Proposals and comments that stay, without a name."}
    )
    claims = fields.Integer(
        required=True,
        metadata={
            "description": "Ballots of which a person has one in all rounds of a phase that ask the same: for each a "
            "mark stays that only the same address fits, until none of these rounds is to come or to be concluded."
        },
    )
    drafts = fields.Integer(required=True, metadata={"description": "Drafts that are deleted."})
    roles = fields.Integer(required=True, metadata={"description": "Roles that are taken away."})
    bodies = fields.Integer(
        required=True, metadata={"description": "Organisations and departments for which the person acts."}
    )
    left_voiceless = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Names of the organisations for which nobody would speak any more."},
    )


class StoredOut(Schema):
    """Everything that is stored about a person."""

    site = fields.String(required=True, metadata={"description": "Name of the site."})
    account = fields.String(required=True, metadata={"description": "Id of the account."})
    made_at = fields.String(required=True, metadata={"description": "When this was read.", "format": "date-time"})
    stored = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict(keys=fields.String())),
        required=True,
        metadata={
            "description": "What each part of the program stores, by name. No secrets, no fingerprints of secrets, and "
            "never what somebody voted."
        },
    )
