"""Files of what has been issued: which there are, and where their making stands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class SnapshotKind(StrEnum):
    """What was frozen: a council paper at its issue, or a version of the concept."""

    PAPER = "paper"
    CONCEPT = "concept"


class FileKind(StrEnum):
    """How a file ends."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


class FileState(StrEnum):
    """Where the making of a file stands."""

    WAITING = "waiting"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


MIMETYPES: Final[Mapping[FileKind, str]] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
    FileKind.JSON: "application/json",
}
