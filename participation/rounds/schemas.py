"""Shapes of the JSON of rounds."""

from enum import StrEnum
from typing import Any, Final, TypeVar

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, Range

from participation.core.wording import BODY, REASON, TITLE
from participation.processes.rules import MAX_CODE, MAX_SLUG
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import OptionRule
from participation.rounds.rules import (
    HIGHEST_SCORE,
    LONGEST_RETENTION,
    MAX_LIMIT,
    RETENTION_DAYS,
    BatchKind,
    Obstacle,
    RoundState,
    Situation,
)
from participation.rounds.services import MAX_BATCH, MAX_CHOSEN, PRINTING_REASON
from participation.tally.kinds import BallotKind
from participation.texts.schemas import TextOut, words_by_language
from participation.web.pagination import PageIn

MAX_EXPECTED: Final = MAX_LIMIT * 100
_MAX_ROLL: Final = 5_000


E = TypeVar("E", bound=StrEnum)


def _limit(words: str, highest: int = MAX_LIMIT) -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(1, highest),
        metadata={"description": words},
    )


def _choice(kind: type[E], **options: Any) -> "fields.Enum[E]":  # noqa: ANN401 - of the field
    return fields.Enum(kind, by_value=True, **options)


class _In(Schema):
    class Meta:
        unknown = RAISE


class RoundIn(_In):
    """What is said about a round that is a draft."""

    phase = fields.String(
        required=True, validate=Length(1, MAX_CODE), metadata={"description": "Code of a phase of the process."}
    )
    kind = _choice(KindName, required=True)
    eligibility = _choice(
        Eligibility,
        load_default=None,
        allow_none=True,
        metadata={"description": "How people show that they take part; in the body's usual way if null."},
    )
    tasks = fields.List(_choice(Task), required=True, validate=Length(1, len(Task)))
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")
    titles = words_by_language(TITLE.maximum, required=True)
    descriptions = words_by_language(BODY.maximum, load_default=dict)
    ballot_kind = _choice(BallotKind, load_default=None, allow_none=True)
    max_choices = _limit("Of a ranking or an approval ballot.")
    points = _limit("In all, of a points ballot.")
    max_per_option = _limit("Of a points ballot.")
    max_score = _limit("Of a score ballot; scores begin with 0.", HIGHEST_SCORE)
    option_rule = _choice(OptionRule, load_default=None, allow_none=True)
    chosen_codes = fields.List(
        fields.String(validate=Length(1, MAX_CODE)),
        load_default=list,
        validate=Length(max=MAX_CHOSEN),
        metadata={"description": "Proposals, for the rule `chosen`."},
    )
    expected_participants = _limit("Shown beside the turnout.", MAX_EXPECTED)
    retention_days = fields.Integer(
        load_default=RETENTION_DAYS,
        strict=True,
        validate=Range(1, LONGEST_RETENTION),
        metadata={"description": "For how many days after its end it is known who took part."},
    )


class OverlapIn(_In):
    """Whether a person may vote in several rounds of a phase that ask the same."""

    forbids_overlap = fields.Boolean(required=True)


class OverlapOut(Schema):
    """What holds in a process."""

    forbids_overlap = fields.Boolean(required=True)
    settled = fields.Boolean(
        required=True, metadata={"description": "Whether it stands, because a round of the process has been opened."}
    )


class NewRoundIn(RoundIn):
    """A new round."""

    slug = fields.String(
        load_default="",
        validate=Length(max=MAX_SLUG),
        metadata={"description": "Last part of its address; made from the title if left empty. It stays."},
    )


class RoundsIn(PageIn):
    """Which rounds are asked for."""

    process = fields.String(load_default=None, metadata={"description": "Slug of a process."})
    kind = _choice(KindName, load_default=None)
    state = _choice(RoundState, load_default=None)


class ExtensionIn(_In):
    """More time, and why."""

    closes_at = fields.AwareDateTime(required=True, format="iso")
    reasons = words_by_language(REASON.maximum, required=True)


class ExtensionOut(Schema):
    """When and why a round was given more time."""

    at = fields.AwareDateTime(required=True, format="iso")
    closed_at = fields.AwareDateTime(
        required=True, format="iso", data_key="from", metadata={"description": "The end before it."}
    )
    closes_at = fields.AwareDateTime(
        required=True, format="iso", data_key="to", metadata={"description": "The end after it."}
    )
    reason = fields.Nested(TextOut, required=True)


class RoundOut(Schema):
    """A round as everybody may read it."""

    slug = fields.String(required=True)
    process = fields.String(required=True)
    phase = fields.String(required=True)
    kind = _choice(KindName, required=True)
    eligibility = _choice(Eligibility, required=True)
    state = _choice(RoundState, required=True)
    tasks = fields.List(_choice(Task), required=True)
    title = fields.Nested(TextOut, required=True)
    description = fields.Nested(TextOut, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")
    suspended_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "Since when nothing is taken, because the site was restored from a backup."},
    )
    time_zone = fields.String(required=True)
    ballot_kind = _choice(BallotKind, required=True, allow_none=True)
    max_choices = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True)
    max_per_option = fields.Integer(required=True, allow_none=True)
    max_score = fields.Integer(required=True, allow_none=True)
    option_rule = _choice(OptionRule, required=True, allow_none=True)
    chosen_codes = fields.List(fields.String(), required=True)
    expected_participants = fields.Integer(required=True, allow_none=True)
    retention_days = fields.Integer(required=True)
    people_known_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "When it is forgotten who took part; null while the round has not ended."},
    )
    people_forgotten_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    votes_remembered = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether it is known longer that somebody voted in the phase: until every round of it that "
            "asks the same is concluded, where the process lets a person vote in one of them only."
        },
    )
    who_takes_part = fields.String(required=True, metadata={"description": "A sentence in the reader's language."})
    overlap = fields.String(
        required=True,
        metadata={"description": "Whether a person may vote in several rounds of the phase, in the reader's language."},
    )
    double_voting = fields.String(
        required=True,
        metadata={"description": "How well the round is guarded against voting twice, in the reader's language."},
    )
    extensions = fields.List(fields.Nested(ExtensionOut), required=True)


class StandingOut(Schema):
    """Where a round stands for the caller."""

    situation = _choice(Situation, required=True)
    takes_part = fields.Boolean(required=True, metadata={"description": "Can contribute or vote now."})
    participant_class = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "As whom the caller takes part."})
    obstacle = _choice(Obstacle, required=True, allow_none=True)
    what_to_do = fields.String(
        required=True, allow_none=True, metadata={"description": "Why not, and what to do about it, in words."}
    )
    is_small_group = fields.Boolean(
        required=True, metadata={"description": "So few vote that the published figures may tell who voted how."}
    )
    voted_elsewhere = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Slug of the round in which the caller has used their one ballot of the phase."},
    )


class SeatIn(_In):
    """Somebody on the roll."""

    email = fields.Email(required=True, validate=Length(max=254))
    seat = words_by_language(200, load_default=dict)


class RollIn(_In):
    """The whole roll."""

    members = fields.List(fields.Nested(SeatIn), required=True, validate=Length(max=_MAX_ROLL))


class SeatOut(Schema):
    """Somebody on the roll, and what they stand for."""

    email = fields.String(required=True)
    seat = fields.Nested(TextOut, required=True, allow_none=True)


class RollOut(Schema):
    """The whole roll."""

    members = fields.List(fields.Nested(SeatOut), required=True)


class BatchIn(_In):
    """Codes to make."""

    count = fields.Integer(required=True, strict=True, validate=Range(1, MAX_BATCH))
    label = fields.String(load_default="", validate=Length(max=120))
    last_day = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "Last day on which the codes can be used, in the process's time zone."},
    )


class BatchExpiryIn(_In):
    """Until when the codes of a batch are good."""

    last_day = fields.Date(
        required=True, allow_none=True, metadata={"description": "In the process's time zone; null: no day of its own."}
    )


class PrintingIn(_In):
    """Which cards are printed, and why once more."""

    languages = fields.List(fields.String(validate=Length(1, 16)), load_default=list, validate=Length(max=20))
    card = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(1, 2**31 - 1),
        metadata={"description": "Only the card with this number."},
    )
    reason = fields.String(
        load_default="",
        validate=Length(max=PRINTING_REASON.maximum),
        metadata={"description": "Needed from the second printing of a batch on."},
    )


class ReplacementIn(_In):
    """Why a card is replaced."""

    reason = fields.String(required=True, validate=Length(1, PRINTING_REASON.maximum))


class PrintingOut(Schema):
    """A line of the register: who printed cards, when, how many, and why once more."""

    printed_at = fields.AwareDateTime(required=True, format="iso")
    printed_by = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null for the program and where the account is gone."},
    )
    cards = fields.Integer(required=True)
    languages = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)


class ReplacementOut(Schema):
    """Which card took the place of a lost one."""

    lost = fields.Integer(required=True)
    given = fields.Integer(required=True)


class BatchOut(Schema):
    """A batch of codes; never which code is whose, since nobody knows."""

    number = fields.Integer(required=True)
    kind = _choice(BatchKind, required=True)
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    revoked_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    cards = fields.Integer(required=True)
    expires_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "From then on nobody is let in with these codes."},
    )
    revoked_cards = fields.List(fields.Integer(), required=True)
    replaced_cards = fields.List(fields.Nested(ReplacementOut), required=True)
    printings = fields.List(fields.Nested(PrintingOut), required=True)


class CardOut(Schema):
    """A card: its number in the batch, its code, and the address in its picture."""

    number = fields.Integer(required=True)
    code = fields.String(required=True)
    address = fields.String(required=True)


class CardsOut(Schema):
    """The cards of a batch that still hold."""

    cards = fields.List(fields.Nested(CardOut), required=True)


class TabletOut(Schema):
    """A shared tablet; nobody notes who votes on which."""

    id = fields.String(required=True, attribute="public_id")
    label = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True, format="iso")
    expires_at = fields.AwareDateTime(required=True, format="iso")
    ended_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class CodeIn(_In):
    """A code as somebody types it."""

    code = fields.String(required=True, validate=Length(1, 100))
    round = fields.String(
        load_default="",
        validate=Length(max=MAX_SLUG),
        metadata={"description": "The round at whose door it is typed, if at one."},
    )


class CodeSessionOut(Schema):
    """Where a code leads."""

    round = fields.String(required=True)
    csrf_token = fields.String(required=True)
