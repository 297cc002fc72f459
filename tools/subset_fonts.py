"""Cut the web fonts from the Fira Sans files of the KERN package.

Three pieces a weight (Latin, further Latin, Cyrillic) so that a German page loads one of them and a
Ukrainian one two; `unicode-range` in participation.css chooses. Arabic comes from the reader's system.

Fira Sans is licensed under the SIL Open Font License 1.1 with the reserved font name "Fira". A subset
is a modified version and may not carry that name, so the family is called "Participation Sans".

Run: python tools/subset_fonts.py FOLDER_OF_THE_UNPACKED_NPM_PACKAGE
Needs fonttools and brotli in the versions that VENDOR.toml names; the same
versions give the same bytes on every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET: Final = Path(__file__).resolve().parent.parent / "participation" / "static" / "vendor" / "fonts"
FAMILY: Final = "Participation Sans"
WEIGHTS: Final = {"Regular": "400", "SemiBold": "600"}
PIECES: Final = {
    "latin": (
        "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2010-2014,U+2018-201E,"
        "U+2020-2022,U+2026,U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,"
        "U+2248,U+2260,U+2264-2265"
    ),
    "latin-ext": (
        "U+0100-0130,U+0132-0151,U+0154-017F,U+018F,U+0192,U+01E6-01E7,U+0218-021B,U+0259,U+02C7,"
        "U+02D8-02D9,U+02DB,U+02DD,U+1E80-1E85,U+1E9E,U+20BA"
    ),
    "cyrillic": ("U+0400-045F,U+0490-0493,U+049A-049B,U+04A2-04A3,U+04AE-04B1,U+04D8-04D9,U+04E8-04E9,U+20B4,U+2116"),
}
FEATURES: Final = ["kern", "liga", "locl", "mark", "mkmk", "ccmp", "tnum", "lnum", "case"]
# Number of a record in the font's name table, and what it says now; {} is the weight.
RENAMED_RECORDS: Final = {
    1: FAMILY,
    3: FAMILY + " {}",
    4: FAMILY + " {}",
    6: FAMILY.replace(" ", "") + "-{}",
    16: FAMILY,
}
KEPT_RECORDS: Final = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]


def codepoints(ranges: str) -> list[int]:
    """Read "U+0020-007E,U+00A0" as numbers."""
    found: list[int] = []
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        found.extend(range(int(first, 16), int(last or first, 16) + 1))
    return found


def cut(source: Path, weight: str, piece: str) -> None:
    """Write one piece of one weight."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        flavor="woff2", layout_features=FEATURES, hinting=False, name_IDs=KEPT_RECORDS, notdef_outline=True
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codepoints(PIECES[piece]))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in RENAMED_RECORDS:
            record.string = RENAMED_RECORDS[record.nameID].format(weight)
    subset.save_font(font, TARGET / f"participation-sans-{piece}-{weight}.woff2", options)


if __name__ == "__main__":
    package = Path(sys.argv[1])
    for style, weight in WEIGHTS.items():
        for piece in PIECES:
            cut(package / "dist" / "fonts" / "fira-sans" / f"FiraSans-{style}.woff2", weight, piece)
