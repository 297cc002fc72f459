"""Which wordings a person wrote, in whatever they belong to."""

from typing import Final

from sqlalchemy import select

from participation.storage.holdings import Holding, the_person
from participation.texts.models import TextVersion

STORED: Final = (
    Holding(
        "wordings",
        select(
            TextVersion.text_id.label("text"),
            TextVersion.language,
            TextVersion.revision,
            TextVersion.origin,
            TextVersion.written_at,
            TextVersion.body,
        )
        .where(TextVersion.written_by == the_person())
        .order_by(TextVersion.written_at, TextVersion.text_id, TextVersion.language, TextVersion.revision),
    ),
)
