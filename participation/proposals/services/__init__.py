"""What is done to proposals: they are written by their authors, decided by officials, or entered by an import."""

from participation.proposals.services.deciding import admit, decline, merge_into, split
from participation.proposals.services.erasing import let_go_of_author
from participation.proposals.services.interests import declare_interest, let_go_of_interests, withdraw_interest
from participation.proposals.services.recording import Past, Recorded, record_proposal
from participation.proposals.services.supporting import (
    forget_supporters,
    hand_on_support,
    let_go_of_supporter,
    support,
    withdraw_support,
)
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
    "declare_interest",
    "decline",
    "forget_supporters",
    "hand_on_support",
    "let_go_of_author",
    "let_go_of_interests",
    "let_go_of_supporter",
    "merge_into",
    "place_of",
    "record_proposal",
    "revise",
    "split",
    "start_draft",
    "submit",
    "support",
    "translate",
    "withdraw",
    "withdraw_interest",
    "withdraw_support",
]
