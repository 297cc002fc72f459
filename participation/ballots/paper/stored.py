"""Which ballot sheets a person has typed in that are not in the box yet; what they typed is sealed."""

from typing import Final

from sqlalchemy import select

from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.rounds.models import Round
from participation.storage.holdings import Holding, the_person

STORED: Final = (
    Holding(
        "sheets_typed_in",
        select(Round.slug.label("round"), PaperSheet.batch, PaperSheet.number, PaperEntry.revision)
        .select_from(PaperEntry)
        .join(PaperSheet, PaperSheet.code_id == PaperEntry.sheet_id)
        .join(Round, Round.id == PaperSheet.round_id)
        .where(PaperEntry.typed_by == the_person())
        .order_by(Round.slug, PaperSheet.batch, PaperSheet.number),
    ),
)
