"""Documents as PDF: tagged for those who listen (PDF/UA-1), complete for archives (PDF/A-2a), the same bytes each time.

The typesetter reads one file of ours and its typefaces, in a folder that it cannot leave. A document goes in as data.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import orjson

from participation.documents.blocks import Document
from participation.documents.glyphs import FONTS
from participation.documents.typesetting import typeset

if TYPE_CHECKING:
    import typst

MIMETYPE: Final = "application/pdf"
_STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
_PANIC: Final = "PanicException"
"""A fault inside the typesetter, which is written in Rust; Python takes it for the end of the process otherwise."""
_SOURCE: Final = Path(__file__).resolve().parent / "typst"


class CannotBeSet(RuntimeError):
    """The typesetter refused a document; its own words say why."""


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415 - 7 MB, for those processes alone that set something

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def render_pdf(document: Document) -> bytes:
    """Return a document as PDF/UA-1 and PDF/A-2a; raises CannotBeSet for what does not conform to them."""
    import typst  # noqa: PLC0415 - as above

    try:
        rendered: bytes = typst.compile(
            _SOURCE / "document.typ",
            root=_SOURCE,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": orjson.dumps(typeset(document)).decode()},
            pdf_standards=[*_STANDARDS],
            package_path=_SOURCE,
            package_cache_path=_SOURCE,
        )
    except typst.TypstError as refusal:
        raise CannotBeSet(refusal.message) from refusal
    except BaseException as broken:
        if type(broken).__name__ != _PANIC:
            raise
        raise CannotBeSet(str(broken)) from broken
    return rendered
