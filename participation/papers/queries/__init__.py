"""Reading council papers, their committees and stations, and the files made of them."""

from participation.papers.queries.committees import committee_at, committees_of, hold_committee
from participation.papers.queries.files import (
    content_of,
    failed_files,
    file_at,
    file_of,
    files_of,
    ready_files,
    snapshot_document,
    template_by_hash,
    template_in_use,
)
from participation.papers.queries.papers import (
    consultation_of,
    hold_paper,
    issued_papers,
    missing_outcomes,
    numbers_of,
    paper_at,
    papers_page,
    readable_paper,
    whole_paper,
)
from participation.papers.queries.plans import council_on_plans

__all__ = [
    "committee_at",
    "committees_of",
    "consultation_of",
    "content_of",
    "council_on_plans",
    "failed_files",
    "file_at",
    "file_of",
    "files_of",
    "hold_committee",
    "hold_paper",
    "issued_papers",
    "missing_outcomes",
    "numbers_of",
    "paper_at",
    "papers_page",
    "readable_paper",
    "ready_files",
    "snapshot_document",
    "template_by_hash",
    "template_in_use",
    "whole_paper",
]
