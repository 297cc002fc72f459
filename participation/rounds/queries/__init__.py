"""Reading rounds, who takes part in them, and where they stand."""

from participation.rounds.queries.codes import (
    batch_by_number,
    batches_of,
    codes_in_force,
    gives_out_sheets,
    printings_of,
    replacements_of,
    sheet_handed_in,
)
from participation.rounds.queries.conclusion import conclusion_steps, requested_conclusion
from participation.rounds.queries.entering import enter_round, rounds_to_enter, take_part
from participation.rounds.queries.obstacles import obstacle_to
from participation.rounds.queries.overlap import (
    check_claims_known,
    claimed_before_erasure,
    count_claims_of,
    overlap_is_settled,
    voted_elsewhere,
)
from participation.rounds.queries.participants import (
    Participant,
    account_key,
    code_key,
    departments_acted_for,
    known_as,
    organisations_spoken_for,
    participant_in,
    took_part_as,
)
from participation.rounds.queries.people import voters_by_account
from participation.rounds.queries.retention import (
    Retention,
    claims_to_forget,
    known_until,
    retention_of,
    rounds_to_forget,
)
from participation.rounds.queries.rounds import (
    addresses_on_roll,
    all_rounds,
    lock_round,
    lock_round_by_slug,
    lock_unconcluded_rounds,
    roll_of,
    round_by_slug,
    rounds_of,
    rounds_page,
    slug_is_taken,
    within_window,
)
from participation.rounds.queries.standing import RoundStanding, extensions_of, group_size, round_standing
from participation.rounds.rules import SMALL_GROUP

__all__ = [
    "SMALL_GROUP",
    "Participant",
    "Retention",
    "RoundStanding",
    "account_key",
    "addresses_on_roll",
    "all_rounds",
    "batch_by_number",
    "batches_of",
    "check_claims_known",
    "claimed_before_erasure",
    "claims_to_forget",
    "code_key",
    "codes_in_force",
    "conclusion_steps",
    "count_claims_of",
    "departments_acted_for",
    "enter_round",
    "extensions_of",
    "gives_out_sheets",
    "group_size",
    "known_as",
    "known_until",
    "lock_round",
    "lock_round_by_slug",
    "lock_unconcluded_rounds",
    "obstacle_to",
    "organisations_spoken_for",
    "overlap_is_settled",
    "participant_in",
    "printings_of",
    "replacements_of",
    "requested_conclusion",
    "retention_of",
    "roll_of",
    "round_by_slug",
    "round_standing",
    "rounds_of",
    "rounds_page",
    "rounds_to_enter",
    "rounds_to_forget",
    "sheet_handed_in",
    "slug_is_taken",
    "take_part",
    "took_part_as",
    "voted_elsewhere",
    "voters_by_account",
    "within_window",
]
