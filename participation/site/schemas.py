"""Shapes of the JSON of organisations, as everybody and as their delegates see them, and of the officials' table."""

from datetime import date, datetime

from marshmallow import Schema, fields

from participation.accounts.models import OrganisationKind
from participation.accounts.schemas import ProposedDelegateOut
from participation.ballots.schemas import TurnoutOut
from participation.monitoring.rules import MeasureState
from participation.proposals.rules import ProposalKind, ProposalState
from participation.site.rules import StationKind
from participation.texts.schemas import TextOut


class OrganisationProfileOut(Schema):
    """An organisation as everybody sees it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    languages = fields.List(fields.String(), required=True)
    description = fields.Nested(TextOut, required=True, allow_none=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class OwnProposalOut(Schema):
    code = fields.String(required=True)
    kind = fields.Enum(ProposalKind, by_value=True, required=True)
    state = fields.Enum(ProposalState, by_value=True, required=True)
    title = fields.Nested(TextOut, required=True)
    merged_into = fields.Function(lambda one: one.merged_into.code if one.merged_into else None, required=True)


class SignedOut(Schema):
    """What an organisation signed, and which wording of it."""

    proposal = fields.Nested(OwnProposalOut, required=True)
    revision = fields.Integer(
        required=True, attribute="signature.revision", metadata={"description": "Of the proposal that it signed."}
    )
    signed_at = fields.AwareDateTime(required=True, format="iso", attribute="signature.signed_at")
    is_of_earlier_wording = fields.Boolean(required=True, attribute="signature.is_of_earlier_wording")
    came_with = fields.String(
        required=True,
        allow_none=True,
        attribute="signature.came_with",
        metadata={"description": "Code of the proposal that it signed, where that was merged into this one."},
    )


class DelegateOut(Schema):
    """Somebody who speaks for the organisation today, as the other delegates see them."""

    display_name = fields.Function(lambda mandate: mandate.account.display_name, required=True)
    role_label = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True, metadata={"description": "That day not included."})


class OpenRoundOut(Schema):
    """A round that is open to organisations; the ballot is the same for each delegate."""

    round = fields.Function(lambda entry: entry.standing.round.slug, required=True)
    closes_at = fields.Function(lambda entry: entry.standing.round.closes_at.isoformat(), required=True)
    takes_part = fields.Function(lambda entry: entry.standing.takes_part, required=True)
    voted_on = fields.Date(required=True, allow_none=True, metadata={"description": "When its ballot was first cast."})


class StatementToSignOut(Schema):
    """A statement that does not stand yet."""

    round = fields.Function(lambda one: one.statement.round.slug, required=True)
    title = fields.Nested(TextOut, required=True, attribute="statement.title")
    is_signed = fields.Boolean(required=True, metadata={"description": "The present wording, by this organisation."})


class DeskOut(Schema):
    """What only delegates of an organisation see."""

    own = fields.Nested(DelegateOut, required=True)
    mandates = fields.List(fields.Nested(DelegateOut), required=True)
    proposed = fields.List(fields.Nested(ProposedDelegateOut), required=True)
    rounds = fields.List(fields.Nested(OpenRoundOut), required=True)
    drafts = fields.List(fields.Nested(OwnProposalOut), required=True)
    statements = fields.List(fields.Nested(StatementToSignOut), required=True)


class OrganisationPageOut(Schema):
    """An organisation with its proposals; the desk is null for everybody but its delegates."""

    organisation = fields.Nested(OrganisationProfileOut, required=True)
    proposals = fields.List(fields.Nested(OwnProposalOut), required=True)
    signed = fields.List(fields.Nested(SignedOut), required=True)
    desk = fields.Nested(DeskOut, required=True, allow_none=True)


def _day_or_moment(at: datetime | date | None) -> str | None:
    return at.isoformat() if at is not None else None


class ProposalStationOut(Schema):
    """Something that became of a proposal, in the reader's language."""

    kind = fields.String(
        required=True,
        metadata={"enum": [kind.value for kind in StationKind], "description": "What the station is about."},
    )
    at = fields.Function(
        lambda station: _day_or_moment(station.at),
        required=True,
        metadata={
            "type": ["string", "null"],
            "description": "A moment (RFC 3339) or a day; null where nobody has said when.",
        },
    )
    name = fields.String(required=True)
    link = fields.Function(
        lambda station: station.href or None,
        required=True,
        metadata={"type": ["string", "null"], "description": "Address on this site."},
    )
    why = fields.Function(
        lambda station: station.why or None,
        required=True,
        metadata={"type": ["string", "null"], "description": "What the rule of a plan came to, in a sentence."},
    )
    reason = fields.Nested(TextOut, required=True, allow_none=True)
    is_ahead = fields.Boolean(required=True, metadata={"description": "Still to come."})


class ProposalStandingOut(Schema):
    """Where a proposal stands, in the reader's language."""

    sentence = fields.String(required=True)
    beside = fields.Function(
        lambda standing: standing.beside or None,
        required=True,
        metadata={
            "type": ["string", "null"],
            "description": "What else has to be known: the council's decision.",
        },
    )
    step = fields.Function(
        lambda standing: standing.step.name.lower() if standing.step else None,
        required=True,
        metadata={"type": ["string", "null"], "description": "How far it has come; null for what goes no further."},
    )
    reached = fields.Function(
        lambda standing: [step.name.lower() for step in sorted(standing.reached)],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )


class GoesOnOut(Schema):
    """A proposal that another one went into."""

    code = fields.String(required=True, attribute="proposal.code")
    standing = fields.Nested(ProposalStandingOut, required=True)
    stations = fields.List(fields.Nested(ProposalStationOut), required=True)


class BecameOut(Schema):
    """What became of a proposal, the oldest first, what is still to come last."""

    standing = fields.Nested(ProposalStandingOut, required=True)
    stations = fields.List(fields.Nested(ProposalStationOut), required=True)
    goes_on_in = fields.List(fields.Nested(GoesOnOut), required=True)


class DueRoundOut(Schema):
    """A round at which something is due, and since or until when."""

    due = fields.String(required=True, metadata={"description": "What is due, such as open, close, confirm or sheets."})
    round = fields.String(required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    count = fields.Integer(required=True, metadata={"description": "How many received sheets wait."})


class WaitingOut(Schema):
    """Work that waits in a process."""

    work = fields.String(
        required=True,
        metadata={
            "description": "decide, moderate, costs, registrations, voiceless, records, results, steps, statuses, "
            "paper_files or concept_files."
        },
    )
    process = fields.String(required=True)
    count = fields.Integer(required=True)
    round = fields.String(required=True, allow_none=True, metadata={"description": "The round that takes costs."})
    file = fields.String(
        required=True, allow_none=True, metadata={"description": "The first file that could not be made."}
    )


class RoundTurnoutOut(Schema):
    """How many took part in a round, in parts only once it is concluded."""

    round = fields.String(required=True)
    state = fields.String(required=True)
    turnout = fields.Nested(TurnoutOut, required=True)
    people_known_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "Until when it is known who took part, once the round has ended."},
    )


class SpokenOut(Schema):
    """How many proposals and comments people wrote in a language."""

    language = fields.String(required=True)
    proposals = fields.Integer(required=True)
    comments = fields.Integer(required=True)


class ProcessOnTableOut(Schema):
    """A process with turnout by round and contributions by language."""

    process = fields.String(required=True)
    rounds = fields.List(fields.Nested(RoundTurnoutOut), required=True)
    contributions = fields.List(fields.Nested(SpokenOut), required=True)


class OfficialsTableOut(Schema):
    """What lies on the table of officials, what is due first at the top."""

    due = fields.List(fields.Nested(DueRoundOut), required=True)
    waiting = fields.List(fields.Nested(WaitingOut), required=True)
    processes = fields.List(fields.Nested(ProcessOnTableOut), required=True)


class MeasureSheetOut(Schema):
    """Everything about a measure: what the concept says of it, and what was reported since."""

    code = fields.String(required=True)
    document = fields.Dict(
        required=True,
        metadata={
            "description": "The measure as in `participation/concept/1`: texts with their translations, goals served, "
            "target group, partners, department and unit, costs in cents, place in the ranking, what the plan says."
        },
    )
    status = fields.Enum(MeasureState, by_value=True, required=True, allow_none=True)
    since = fields.Date(required=True, allow_none=True)
