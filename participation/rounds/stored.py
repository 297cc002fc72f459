"""What rounds store about a person."""

from typing import Final

from sqlalchemy import literal, select

from participation.rounds.models import BallotClaim, CodeBatch, CodePrinting, RollEntry, Round
from participation.rounds.queries import account_key
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "ballot_claims",
        select(Round.slug.label("round"), BallotClaim.task)
        .select_from(BallotClaim)
        .join(Round, Round.id == BallotClaim.round_id)
        .where(BallotClaim.participant == literal(account_key("")).concat(the_person()))
        .order_by(Round.slug),
    ),
    Holding(
        "rolls",
        select(Round.slug.label("round"), original_body(RollEntry.seat_id).label("seat"))
        .select_from(RollEntry)
        .join(Round, Round.id == RollEntry.round_id)
        .where(RollEntry.account_id == the_person())
        .order_by(Round.slug),
    ),
    Holding(
        "printings",
        select(
            Round.slug.label("round"),
            CodeBatch.number.label("batch"),
            CodePrinting.printed_at,
            CodePrinting.cards,
            CodePrinting.reason,
        )
        .select_from(CodePrinting)
        .join(CodeBatch, CodeBatch.id == CodePrinting.batch_id)
        .join(Round, Round.id == CodeBatch.round_id)
        .where(CodePrinting.printed_by == the_person())
        .order_by(CodePrinting.printed_at, CodePrinting.number),
    ),
)
