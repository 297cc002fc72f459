"""Tables of council papers."""

from participation.papers.models.committees import Committee
from participation.papers.models.files import DocumentSnapshot, DocumentTemplate, RenderedFile
from participation.papers.models.papers import Amendment, Consultation, CouncilPaper, InvolvedUnit, ProposedDecision

__all__ = [
    "Amendment",
    "Committee",
    "Consultation",
    "CouncilPaper",
    "DocumentSnapshot",
    "DocumentTemplate",
    "InvolvedUnit",
    "ProposedDecision",
    "RenderedFile",
]
