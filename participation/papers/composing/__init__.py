"""Documents in a reader's language, put together from what was frozen: the same for pages, PDF, DOCX and XLSX."""

from participation.papers.composing.annexes import measures_table
from participation.papers.composing.paper import compose_paper, paper_sheets

__all__ = ["compose_paper", "measures_table", "paper_sheets"]
