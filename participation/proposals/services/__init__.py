"""What is done to proposals: they are written by their authors, decided by officials, or entered by an import."""

from participation.proposals.services.deciding import admit, decline, merge_into, split
from participation.proposals.services.erasing import let_go_of_author
from participation.proposals.services.recording import Past, Recorded, record_proposal
from participation.proposals.services.words import NOWHERE, Draft, Place, Translation, place_of
from participation.proposals.services.writing import revise, start_draft, submit, translate, withdraw

__all__ = [
    "NOWHERE",
    "Draft",
    "Past",
    "Place",
    "Recorded",
    "Translation",
    "admit",
    "decline",
    "let_go_of_author",
    "merge_into",
    "place_of",
    "record_proposal",
    "revise",
    "split",
    "start_draft",
    "submit",
    "translate",
    "withdraw",
]
