"""Shape of results in JSON. Snapshots are given out as they are stored; these schemas say what stands in them."""

from typing import Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.ballots.schemas import FrozenCostingOut
from participation.core.money import MAX_CENTS
from participation.core.wording import REASON, TITLE
from participation.results.rules.declaration import LARGEST_WEIGHT, LONGEST_SHARE
from participation.results.statistics_schemas import EXACT, AgreementOut, CondorcetOut, OtherRuleOut, RoundBandsOut
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.rules import RoundState
from participation.tally.kinds import BallotKind

_VOTED: Final = (Task.PRIORITISE_GOALS.value, Task.PRIORITISE_MEASURES.value)


class WordingOut(Schema):
    """A text in another language than the author's."""

    body = fields.String(required=True)
    origin = fields.String(required=True, metadata={"description": "author, author-unreviewed, human or machine"})
    stale = fields.Boolean(required=True)


class FrozenTextOut(Schema):
    """A text as it was frozen, with its translations."""

    language = fields.String(required=True)
    body = fields.String(required=True)
    translations = fields.Dict(keys=fields.String(), values=fields.Nested(WordingOut), required=True)


class CodedNameOut(Schema):
    """A field or a department."""

    code = fields.String(required=True)
    title = fields.Nested(FrozenTextOut, required=True)


class _OptionOut(Schema):
    code = fields.String(required=True)
    content_hash = fields.String(required=True, metadata={"description": "SHA-256 of what was frozen at the opening."})
    title = fields.Nested(FrozenTextOut, required=True)
    field = fields.Nested(CodedNameOut, required=True, allow_none=True)
    serves = fields.List(fields.String(), required=True)
    department = fields.Nested(CodedNameOut, required=True, allow_none=True)
    costing = fields.Nested(FrozenCostingOut, required=True, allow_none=True)


class CountedOptionOut(_OptionOut):
    """An option of a round with its figures."""

    rank = fields.Integer(required=True, allow_none=True)
    win_rate = fields.String(required=True, allow_none=True, metadata=EXACT)
    tied_with = fields.List(fields.String(), required=True)
    mentioned = fields.Integer(required=True, metadata={"description": "Ballots that rank, choose or rate it."})
    given = fields.Integer(required=True, metadata={"description": "Points or scores in all."})


class StruckOptionOut(_OptionOut):
    """An option that was struck after the opening."""

    struck_at = fields.String(required=True)
    reason = fields.Nested(FrozenTextOut, required=True)


class BallotShapeOut(Schema):
    """What one ballot could say; a limit that its kind does not have is left out."""

    kind = fields.String(required=True, validate=OneOf([kind.value for kind in BallotKind]))
    k = fields.Integer()
    points = fields.Integer()
    max = fields.Integer()


class PairwiseOut(Schema):
    """How often each option was placed above each other one, and how often the two were compared."""

    options = fields.List(fields.String(), required=True)
    ballots = fields.Integer(required=True)
    above = fields.List(fields.List(fields.Integer()), required=True)
    compared = fields.List(fields.List(fields.Integer()), required=True)


class PublishedTurnoutOut(Schema):
    """Who voted, from the register; null for groups that are too small to be shown."""

    expected = fields.Integer(required=True, allow_none=True)
    classes = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    channels = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    sheets = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True),
        metadata={
            "description": "Ballot sheets that were printed, received and set aside; missing where none were given out."
        },
    )


class _CountedOut(Schema):
    schema = fields.String(required=True)
    process = fields.String(required=True)
    phase = fields.String(required=True, allow_none=True)
    task = fields.String(required=True)
    title = fields.Nested(FrozenTextOut, required=True)
    time_zone = fields.String(required=True)
    currency = fields.String(required=True)
    rule = fields.String(required=True)
    method_version = fields.String(required=True)
    tie_break = fields.String(required=True, allow_none=True, metadata={"description": "null: ties are shared."})
    ballots = fields.Integer(required=True)
    ties = fields.List(fields.List(fields.String()), required=True)


class RoundResultOut(_CountedOut):
    """The result of one round: its snapshot, which never changes."""

    round = fields.String(required=True)
    kind = fields.String(required=True)
    eligibility = fields.String(required=True)
    ballot = fields.Nested(BallotShapeOut, required=True)
    opens_at = fields.String(required=True)
    closes_at = fields.String(required=True)
    closed_at = fields.String(required=True, allow_none=True)
    counted_at = fields.String(required=True)
    ballots_hash = fields.String(required=True, metadata={"description": "SHA-256 of all ballots, sorted by receipt."})
    ballots_root = fields.String(
        metadata={"description": "Merkle root of the salted ballots (RFC 6962); rounds of before have none."}
    )
    ballots_file = fields.Dict(
        metadata={"description": "SHA-256 and bytes of ballots.jsonl in the bundle; rounds of before have none."}
    )
    publishes_ballots = fields.Boolean(required=True)
    options = fields.List(fields.Nested(CountedOptionOut), required=True)
    struck = fields.List(fields.Nested(StruckOptionOut), required=True)
    shown = fields.List(fields.String(), metadata={"description": "All options in the round's order."})
    statistics = fields.Nested(
        RoundBandsOut,
        allow_none=True,
        metadata={"description": "null for a small round; missing from results of before there were bands."},
    )
    rules = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(OtherRuleOut),
        metadata={"description": "Other rules by name, as far as the ballots carry what they need."},
    )
    condorcet = fields.Nested(CondorcetOut)
    pairwise = fields.Nested(PairwiseOut, required=True)
    marks = fields.List(
        fields.List(fields.List(fields.Integer())),
        metadata={"description": "For each option of `pairwise`, pairs of a mark and the ballots that give it."},
    )
    empty = fields.Integer(metadata={"description": "Ballots that mention no option which was not struck."})
    turnout = fields.Nested(PublishedTurnoutOut, required=True)


class WeighedRoundOut(Schema):
    """A round of a joint ranking with its weight."""

    round = fields.String(required=True)
    kind = fields.String(required=True)
    eligibility = fields.String(required=True)
    title = fields.Nested(FrozenTextOut, required=True)
    ballot = fields.Nested(BallotShapeOut, required=True, allow_none=True)
    ballots = fields.Integer(required=True)
    weight = fields.Integer(required=True)
    share = fields.String(required=True, metadata=EXACT)
    result_hash = fields.String(required=True, allow_none=True)
    silent = fields.Boolean(required=True)
    agreement = fields.Nested(AgreementOut, required=True, allow_none=True)


class JointOptionOut(_OptionOut):
    """An option of a joint ranking; without a rank it is listed apart."""

    rank = fields.Integer(required=True, allow_none=True)
    score = fields.String(required=True, allow_none=True, metadata=EXACT)
    coverage = fields.String(required=True, metadata=EXACT)
    tied_with = fields.List(fields.String(), required=True)
    rounds = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)
    own = fields.String(
        allow_none=True, metadata={**EXACT, "description": "Its own joint score; only where goals carry over."}
    )
    goals = fields.String(
        allow_none=True,
        metadata={**EXACT, "description": "The mean of its goals' scores; only there."},
    )


class CarryOverOut(Schema):
    """Which share of a measure's score comes from the goals that it serves, and from which ranking theirs are taken."""

    share = fields.String(required=True, metadata=EXACT)
    goals_ranking = fields.String(
        allow_none=True, metadata={"description": "Missing from results of before there was a choice."}
    )


class JointResultOut(_CountedOut):
    """A joint ranking: its snapshot, which never changes."""

    ranking = fields.String(required=True)
    declared_at = fields.String(required=True)
    declared_by = fields.Nested(FrozenTextOut, required=True)
    computed_at = fields.String(required=True)
    carry_over = fields.Nested(CarryOverOut, required=True)
    inputs_hash = fields.String(required=True)
    rounds = fields.List(fields.Nested(WeighedRoundOut), required=True)
    options = fields.List(fields.Nested(JointOptionOut), required=True)


class DeclaredCarryOverOut(Schema):
    """Which share of a measure's score will come from the goals that it serves, and where their scores are taken."""

    share = fields.String(required=True, metadata=EXACT)
    goals_ranking = fields.String(required=True)


class DeclaredPartOut(Schema):
    """A round of a declared joint ranking."""

    round = fields.String(required=True)
    kind = fields.Enum(KindName, by_value=True, required=True)
    eligibility = fields.Enum(Eligibility, by_value=True, required=True)
    state = fields.Enum(RoundState, by_value=True, required=True)
    weight = fields.Integer(required=True)


class DeclaredRankingOut(Schema):
    """A declared joint ranking; its result is there once `has_result` is true."""

    ranking = fields.String(required=True)
    process = fields.String(required=True)
    phase = fields.String(required=True, allow_none=True)
    task = fields.Enum(Task, by_value=True, required=True)
    title = fields.Nested(FrozenTextOut, required=True)
    declared_at = fields.String(required=True)
    declared_by = fields.Nested(FrozenTextOut, required=True)
    rounds = fields.List(fields.Nested(DeclaredPartOut), required=True)
    carry_over = fields.Nested(DeclaredCarryOverOut, required=True, allow_none=True)
    has_result = fields.Boolean(required=True)


class RankingOut(DeclaredRankingOut):
    """A joint ranking with its result, null until the last of its rounds is concluded."""

    result = fields.Nested(JointResultOut, required=True, allow_none=True)
    has_statistics = fields.Boolean(required=True)


class CarryOverIn(Schema):
    """Which share of a measure's score comes from the goals that it serves."""

    class Meta:
        unknown = RAISE

    share = fields.String(
        required=True,
        validate=Length(max=LONGEST_SHARE),
        metadata={"description": "A fraction or a percentage above 0.", "examples": ["1/5"]},
    )
    goals_ranking = fields.String(
        required=True, metadata={"description": "The joint ranking of goals from which their scores are taken."}
    )


class DeclareRankingIn(Schema):
    """Which rounds make a joint ranking, with which weights; the order of the weights is the order of display."""

    class Meta:
        unknown = RAISE

    ranking = fields.String(
        required=True, metadata={"description": "Short name for addresses.", "examples": ["measures-2027"]}
    )
    task = fields.String(required=True, validate=OneOf(_VOTED))
    weights = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(strict=True, validate=Range(0, LARGEST_WEIGHT)),
        required=True,
        metadata={
            "description": "Whole numbers by the rounds' short names; only proportions matter.",
            "examples": [{"steering-2027": 40, "online-2027": 60}],
        },
    )
    title = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=Length(max=TITLE.maximum)),
        required=True,
        metadata={
            "description": "Words by language; the process's own language is needed.",
            "examples": [{"de": "Gemeinsame Rangliste"}],
        },
    )
    declared_by = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=Length(max=REASON.maximum)),
        required=True,
        metadata={
            "description": "Who decided the weights, in public words by language.",
            "examples": [{"de": "Ratsbeschluss vom 12. Mai"}],
        },
    )
    carry_over = fields.Nested(
        CarryOverIn, load_default=None, allow_none=True, metadata={"description": "Only for rankings of measures."}
    )


class CountProgressOut(Schema):
    """How many ballots a count has read; nothing of what stands on them is given out before the conclusion."""

    counted = fields.Integer(required=True)
    ballots = fields.Integer(required=True)
    fault = fields.String(
        required=True, allow_none=True, metadata={"description": "The code of what stopped the count, null if nothing."}
    )


class FileIn(Schema):
    """In which format a file is asked for."""

    class Meta:
        unknown = RAISE

    format = fields.String(
        required=True,
        validate=OneOf(["pb", "preflib"]),
        metadata={"description": "pb: Pabulib, with costs; preflib: orders or categories."},
    )
    budget_cents = fields.Integer(
        load_default=None,
        validate=Range(0, MAX_CENTS),
        metadata={"description": "The amount that a .pb file states; without it the sum of all costs."},
    )


class BundleFileOut(Schema):
    """A file of a bundle; `withheld` says that only auditors receive it."""

    name = fields.String(required=True)
    bytes = fields.Integer(required=True)
    withheld = fields.Boolean(required=True)


class BundleOut(Schema):
    """The public bundle of a result; its files are in the ZIP file beside it."""

    fingerprint = fields.String(required=True, metadata={"description": "SHA-256 of manifest.json."})
    public_key = fields.String(required=True, metadata={"description": "Ed25519, raw, in hex."})
    signature = fields.String(required=True, metadata={"description": "Of the bytes of manifest.json, in hex."})
    made_at = fields.AwareDateTime(required=True)
    manifest = fields.Dict(required=True, metadata={"description": "As docs/BUNDLE.md describes it."})
    files = fields.List(fields.Nested(BundleFileOut), required=True)


class SigningKeyOut(Schema):
    """A key with which this site has signed bundles."""

    public_key = fields.String(required=True)
    first = fields.AwareDateTime(required=True)
    last = fields.AwareDateTime(required=True)
    bundles = fields.Integer(required=True)


class SigningKeysOut(Schema):
    """The keys of this site, the last used one first."""

    keys = fields.List(fields.Nested(SigningKeyOut), required=True)


class TextFileOut(Schema):
    """A file of plain text."""

    name = fields.String(required=True)
    content = fields.String(required=True)


class ConclusionOut(Schema):
    """Where the conclusion of a round stands."""

    state = fields.Enum(RoundState, by_value=True, required=True)
    requested_at = fields.String(required=True, allow_none=True)
    confirmed_at = fields.String(
        required=True, allow_none=True, metadata={"description": "When a request was confirmed whose count goes on."}
    )
    counting = fields.Nested(CountProgressOut, required=True, allow_none=True)
    is_own_request = fields.Boolean(
        required=True, metadata={"description": "Whoever asks made it and cannot confirm it."}
    )
    concluded_at = fields.String(required=True, allow_none=True)
