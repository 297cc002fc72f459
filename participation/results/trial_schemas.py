"""Shape of trials in JSON: which weights are tried, and what they would give. Nothing of it is stored."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.money import MAX_CENTS
from participation.results.statistics_schemas import EXACT


class WhatIfIn(Schema):
    """Other weights to try, and an amount of money; nothing of it is stored.

    What is not named here is refused: a weight that is misspelt must not be answered with the declared ranking.
    """

    weight = fields.List(
        fields.String(validate=Length(max=80)),
        load_default=list,
        validate=Length(max=100),
        metadata={
            "description": "A round's short name, a colon and a whole number, once for each round whose weight is "
            "another one; the others keep their declared weights.",
            "examples": [["steering-2027:40", "online-2027:60"]],
        },
    )
    lang = fields.String(
        validate=Length(max=35), metadata={"description": "The language of messages, as on every address."}
    )
    budget_cents = fields.Integer(
        load_default=None,
        validate=Range(0, MAX_CENTS),
        metadata={"description": "An amount for the measures that have no cover yet: once and one full year."},
    )


class TriedRoundOut(Schema):
    """A round with its declared weight and the one that was tried."""

    round = fields.String(required=True)
    declared_weight = fields.Integer(required=True)
    weight = fields.Integer(required=True)
    share = fields.String(required=True, metadata=EXACT)


class TriedOptionOut(Schema):
    """An option's place with the weights that were tried, beside its declared one."""

    code = fields.String(required=True)
    rank = fields.Integer(required=True, allow_none=True)
    declared_rank = fields.Integer(required=True, allow_none=True)
    moved = fields.Integer(required=True, allow_none=True, metadata={"description": "Places up; negative: down."})
    score = fields.String(required=True, allow_none=True, metadata=EXACT)
    declared_score = fields.String(required=True, allow_none=True, metadata=EXACT)
    coverage = fields.String(required=True, metadata=EXACT)
    tied_with = fields.List(fields.String(), required=True)


class FundingDecisionOut(Schema):
    """Whether the amount pays for a measure, and the code of the reason."""

    code = fields.String(required=True)
    taken = fields.Boolean(required=True)
    reason = fields.String(required=True)
    cost_cents = fields.Integer(required=True)
    left_cents = fields.Integer(required=True, metadata={"description": "What was left when its turn came."})


class FundingOut(Schema):
    """What the amount pays for in the order of the ranking; `ends_after` is where the money ends."""

    budget_cents = fields.Integer(required=True)
    spent_cents = fields.Integer(required=True)
    left_cents = fields.Integer(required=True)
    rule = fields.String(required=True)
    tie_break = fields.String(required=True)
    ties = fields.List(fields.List(fields.String()), required=True)
    selected = fields.List(fields.String(), required=True)
    declared_selected = fields.List(fields.String(), required=True)
    ends_after = fields.String(required=True, allow_none=True)
    decisions = fields.List(fields.Nested(FundingDecisionOut), required=True)
    covered = fields.List(fields.String(), required=True)
    uncosted = fields.List(fields.String(), required=True)


class TriedHoldsOut(Schema):
    """What stays the same within the intervals of the weights."""

    what = fields.String(required=True, validate=OneOf(["first_places", "funded_set"]))
    count = fields.Integer(required=True, allow_none=True)


class TriedIntervalOut(Schema):
    """Within which weights of a round, all others as tried, the outcome stays the same; `high` null for no end."""

    round = fields.String(required=True)
    weight = fields.Integer(required=True)
    low = fields.String(required=True, metadata=EXACT)
    high = fields.String(required=True, allow_none=True, metadata=EXACT)
    low_share = fields.String(required=True, metadata=EXACT)
    high_share = fields.String(required=True, metadata=EXACT)
    holds_at_low = fields.Boolean(required=True)
    holds_at_high = fields.Boolean(required=True)
    exact = fields.Boolean(
        required=True, metadata={"description": "Whether both ends are where the outcome changes, not just inside."}
    )


class WhatIfOut(Schema):
    """What other weights would give. The declared weights are the ones that count."""

    schema = fields.String(required=True)
    process = fields.String(required=True)
    ranking = fields.String(required=True)
    method_version = fields.String(required=True)
    inputs_hash = fields.String(required=True)
    as_declared = fields.Boolean(required=True)
    rounds = fields.List(fields.Nested(TriedRoundOut), required=True)
    options = fields.List(fields.Nested(TriedOptionOut), required=True)
    funding = fields.Nested(FundingOut, required=True, allow_none=True)
    holds = fields.Nested(TriedHoldsOut, required=True)
    weight_intervals = fields.List(fields.Nested(TriedIntervalOut), required=True)
