"""Tables of council papers and of the concept."""

from participation.papers.models.committees import Committee
from participation.papers.models.concept import ConceptSection, ConceptVersion, Principle
from participation.papers.models.files import DocumentSnapshot, DocumentTemplate, RenderedFile
from participation.papers.models.papers import Amendment, Consultation, CouncilPaper, InvolvedUnit, ProposedDecision

__all__ = [
    "Amendment",
    "Committee",
    "ConceptSection",
    "ConceptVersion",
    "Consultation",
    "CouncilPaper",
    "DocumentSnapshot",
    "DocumentTemplate",
    "InvolvedUnit",
    "Principle",
    "ProposedDecision",
    "RenderedFile",
]
