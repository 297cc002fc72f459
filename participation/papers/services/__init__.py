"""What is done about council papers: writing and issuing them, noting what committees made of them, making files."""

from participation.papers.services.committees import add_committee, change_committee, remove_committee
from participation.papers.services.composition import FillIn, paper_document
from participation.papers.services.files import (
    RENDER_FILE,
    note_failure,
    note_progress,
    request_file,
    reset_template,
    set_template,
    store_file,
)
from participation.papers.services.issuing import (
    Change,
    changes_since,
    issue_paper,
    preview_hash,
    shown_document,
    withdraw_paper,
)
from participation.papers.services.stations import (
    add_station,
    amend,
    change_station,
    note_outcome,
    remove_station,
)
from participation.papers.services.writing import (
    amendable_plan,
    begin_next_version,
    discard_paper,
    revise_paper,
    stated,
    write_paper,
)

__all__ = [
    "RENDER_FILE",
    "Change",
    "FillIn",
    "add_committee",
    "add_station",
    "amend",
    "amendable_plan",
    "begin_next_version",
    "change_committee",
    "change_station",
    "changes_since",
    "discard_paper",
    "issue_paper",
    "note_failure",
    "note_outcome",
    "note_progress",
    "paper_document",
    "preview_hash",
    "remove_committee",
    "remove_station",
    "request_file",
    "reset_template",
    "revise_paper",
    "set_template",
    "shown_document",
    "stated",
    "store_file",
    "withdraw_paper",
    "write_paper",
]
