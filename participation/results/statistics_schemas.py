"""Shape of statistics in JSON: bands, other rules, agreement of bodies, intervals of weights."""

from typing import Final

from marshmallow import Schema, fields

EXACT: Final = {
    "description": "An exact fraction in lowest terms, or null where there is none.",
    "examples": ["1217/2430"],
}


class AgreementOut(Schema):
    """Kendall's tau-b of two rankings: numerator / sqrt(radicand)."""

    tau_b = fields.String(required=True, metadata={"description": "Rounded to three places."})
    numerator = fields.Integer(required=True)
    radicand = fields.Integer(required=True)
    options = fields.Integer(required=True)


class BandOut(Schema):
    """Where an option lies in nearly all draws, ends included."""

    code = fields.String(required=True)
    rank = fields.List(fields.Integer(), required=True, metadata={"description": "The best and the last rank."})
    score = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "The lowest and the highest score, with four places.",
            "examples": [["0.4712", "0.55"]],
        },
    )


class BandsOut(Schema):
    """How sure a ranking is. Without draws there are no bands."""

    version = fields.String(required=True)
    method = fields.String(required=True, allow_none=True, metadata={"description": "bootstrap, covariance or joint."})
    draws = fields.Integer(required=True)
    level = fields.String(required=True, metadata=EXACT)
    seed = fields.String(
        required=True, allow_none=True, metadata={"description": "In hex; a joint draw is made of its rounds' draws."}
    )
    options = fields.List(fields.Nested(BandOut), required=True)
    groups = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={"description": "Neighbours that the ballots cannot tell apart, best first."},
    )


class RoundBandsOut(BandsOut):
    """How sure a round's ranking is."""

    everybody_voted = fields.Boolean(
        required=True, metadata={"description": "Then it is robustness, since nobody else could have voted."}
    )


class RuleOptionOut(Schema):
    """An option under another rule; which figures there are depends on the rule."""

    code = fields.String(required=True)
    rank = fields.Integer(required=True, allow_none=True)
    figure = fields.String(required=True, allow_none=True, metadata=EXACT)
    before = fields.Integer(metadata={"description": "Schulze: options that it is before."})
    after = fields.Integer(metadata={"description": "Schulze: options that are before it."})
    grades = fields.List(
        fields.List(fields.Integer()),
        metadata={"description": "Median: pairs of a grade and the ballots that give it."},
    )


class OtherRuleOut(Schema):
    """What another rule makes of the same ballots; which facts there are depends on the rule."""

    options = fields.List(fields.Nested(RuleOptionOut), required=True)
    tau_b = fields.Nested(
        AgreementOut, allow_none=True, metadata={"description": "Agreement with the joint ranking; not in rounds."}
    )
    strength = fields.String(metadata={"description": "Schulze: what paths are measured by."})
    open_pairs = fields.Integer(metadata={"description": "Schulze: pairs that it leaves open."})
    order = fields.List(fields.String(), metadata={"description": "Kemeny: an order that overrules the least."})
    score = fields.String(metadata={**EXACT, "description": "Kemeny: the margins overruled, as a share of all weight."})
    bound = fields.String(metadata={**EXACT, "description": "Kemeny: no order overrules less."})
    gap = fields.String(metadata={**EXACT, "description": "Kemeny: score less bound."})
    optimal = fields.Boolean(metadata={"description": "Kemeny: no order is better, for certain."})
    unique = fields.Boolean(allow_none=True, metadata={"description": "Kemeny: null where it is not known."})
    settled = fields.Boolean(metadata={"description": "Kemeny: whether all shared ranks are known."})


class CondorcetOut(Schema):
    """The option that a majority places above each other one, null if there is none."""

    winner = fields.String(required=True, allow_none=True)


class RoundStatisticsOut(Schema):
    """What stands beside a round's ranking."""

    statistics = fields.Nested(RoundBandsOut, required=True, allow_none=True)
    rules = fields.Dict(keys=fields.String(), values=fields.Nested(OtherRuleOut), required=True)
    condorcet = fields.Nested(CondorcetOut, required=True, allow_none=True)


class KendallWOut(Schema):
    """How alike several rankings are, 0 to 1."""

    w = fields.String(required=True, metadata={"description": "Rounded to three places."})
    exact = fields.String(required=True, metadata=EXACT)
    rounds = fields.List(fields.String(), required=True)
    options = fields.Integer(required=True)


class JointAgreementOut(Schema):
    """How alike the bodies judge; null where fewer than two rankings can be compared."""

    kendall_w = fields.Nested(KendallWOut, required=True, allow_none=True)


class JudgedOut(Schema):
    """A round's own figure and place for an option."""

    score = fields.String(required=True, allow_none=True, metadata=EXACT)
    rank = fields.Integer(required=True, allow_none=True)
    place = fields.String(
        required=True,
        metadata={**EXACT, "description": "The share of the round's other options above it: 0 is first, 1 is last."},
    )


class DisagreementOut(Schema):
    """An option that one body places high and another one low: the distance between the two places, 0 to 1."""

    code = fields.String(required=True)
    spread = fields.String(required=True, metadata=EXACT)
    high = fields.List(fields.String(), required=True, metadata={"description": "The rounds that place it highest."})
    low = fields.List(fields.String(), required=True, metadata={"description": "The rounds that place it lowest."})
    rounds = fields.Dict(keys=fields.String(), values=fields.Nested(JudgedOut), required=True)


class JointCondorcetOut(CondorcetOut):
    """The same of a joint ranking."""

    is_first = fields.Boolean(required=True, metadata={"description": "Whether it has rank 1 here as well."})


class PlacedOut(Schema):
    """An option's place."""

    code = fields.String(required=True)
    rank = fields.Integer(required=True, allow_none=True)


class LeftOutOut(Schema):
    """The joint ranking without one of its rounds."""

    round = fields.String(required=True)
    tau_b = fields.Nested(AgreementOut, required=True, allow_none=True)
    options = fields.List(fields.Nested(PlacedOut), required=True)


class WeightIntervalOut(Schema):
    """Between which weights of one round, all others as declared, what `holds` names stays the same."""

    round = fields.String(required=True)
    weight = fields.Integer(required=True)
    share = fields.String(required=True, metadata=EXACT)
    low = fields.String(required=True, metadata={**EXACT, "description": "The lower end as a weight."})
    high = fields.String(
        required=True, allow_none=True, metadata={**EXACT, "description": "The upper end; null if there is none."}
    )
    low_share = fields.String(
        required=True, metadata={**EXACT, "description": "The lower end as a share of the whole."}
    )
    high_share = fields.String(required=True, metadata={**EXACT, "description": "The upper end as a share; 1 if none."})
    holds_at_low = fields.Boolean(required=True, metadata={"description": "Whether it is still the same at that end."})
    holds_at_high = fields.Boolean(required=True)
    exact = fields.Boolean(required=True, metadata={"description": "Whether both ends are where it changes."})


class HoldsOut(Schema):
    """What intervals of weights are about."""

    what = fields.String(required=True, metadata={"description": "first_places: which options have these places."})
    count = fields.Integer(required=True)


class DrawnRoundOut(Schema):
    """What a round's draws were made with."""

    seed = fields.String(required=True, allow_none=True)
    everybody_voted = fields.Boolean(required=True)


class JointStatisticsOut(BandsOut):
    """How sure a joint ranking is, where the bodies disagree, and what other rules say."""

    rounds = fields.Dict(keys=fields.String(), values=fields.Nested(DrawnRoundOut), required=True)
    condorcet = fields.Nested(JointCondorcetOut, required=True)
    rules = fields.Dict(keys=fields.String(), values=fields.Nested(OtherRuleOut), required=True)
    agreement = fields.Nested(JointAgreementOut, required=True)
    disagreements = fields.List(fields.Nested(DisagreementOut), required=True)
    leave_one_out = fields.List(fields.Nested(LeftOutOut), required=True)
    weight_intervals = fields.List(fields.Nested(WeightIntervalOut), required=True)
    holds = fields.Nested(HoldsOut, required=True, allow_none=True)
