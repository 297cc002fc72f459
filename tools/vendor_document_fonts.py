"""Take the typefaces of documents from their npm packages.

Documents are set in IBM Plex Sans, which writes Latin, Greek, Cyrillic and Vietnamese. Vazirmatn writes Arabic,
Persian, Kurdish, Pashto and Urdu: of four typefaces tried it has the fewest letters joined into one sign, which is
what readers of PDF turn around when a text is copied (only lam with alef, and the name of God). What it lacks of the
script comes from IBM Plex Sans Arabic. The other scripts are those in which people who live in German cities write.
Chinese has thousands of signs, so that its typeface is cut to those of the standard GB 2312; the one of symbols is
cut to arrows, boxes, shapes and marks.

IBM Plex reserves its name, and its files are unchanged. Noto reserves none, so what is cut keeps its name.

Run: python tools/vendor_document_fonts.py FOLDER
where FOLDER holds the unpacked npm packages of participation/documents/fonts/FONTS.toml, each under its name without
`@expo-google-fonts/`. Needs fonttools in the version that FONTS.toml names; prints the checksums for it.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET: Final = Path(__file__).resolve().parent.parent / "participation" / "documents" / "fonts"
WHOLE: Final = {
    "ibm-plex-sans": ("400Regular/IBMPlexSans_400Regular", "600SemiBold/IBMPlexSans_600SemiBold"),
    "vazirmatn": ("400Regular/Vazirmatn_400Regular", "600SemiBold/Vazirmatn_600SemiBold"),
    "ibm-plex-sans-arabic": ("400Regular/IBMPlexSansArabic_400Regular",),
    "ibm-plex-sans-hebrew": ("400Regular/IBMPlexSansHebrew_400Regular",),
    "noto-sans-ethiopic": ("400Regular/NotoSansEthiopic_400Regular",),
    "noto-sans-armenian": ("400Regular/NotoSansArmenian_400Regular",),
    "noto-sans-georgian": ("400Regular/NotoSansGeorgian_400Regular",),
    "noto-sans-tamil": ("400Regular/NotoSansTamil_400Regular",),
    "noto-emoji": ("400Regular/NotoEmoji_400Regular",),
}
FIRST_ROW, LAST_ROW, FIRST_PLACE, LAST_PLACE = 0xA1, 0xF7, 0xA1, 0xFE


def signs_of_gb2312() -> set[int]:
    """Return the code points of the standard, which Python's own codec knows."""
    found: set[int] = set()
    for row in range(FIRST_ROW, LAST_ROW + 1):
        for place in range(FIRST_PLACE, LAST_PLACE + 1):
            sign = bytes((row, place)).decode("gb2312", "ignore")
            found.update(map(ord, sign))
    return {sign for sign in found if sign >= ord("\u2e80")}


CUT: Final = {
    "noto-sans-sc": ("400Regular/NotoSansSC_400Regular", signs_of_gb2312()),
    "noto-sans-symbols-2": (
        "400Regular/NotoSansSymbols2_400Regular",
        set(range(0x2190, 0x2200)) | set(range(0x25A0, 0x2800)) | set(range(0x2B00, 0x2C00)) | {0x27E8, 0x27E9},
    ),
}


def cut(source: Path, target: Path, signs: set[int]) -> None:
    """Write a typeface that has the given signs and no hints for coarse screens."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=["kern", "mark", "ccmp", "locl"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    cutter.subset(font)
    subset.save_font(font, target, options)


def main(packages: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    for package, files in WHOLE.items():
        for file in files:
            shutil.copy(packages / package / f"{file}.ttf", TARGET)
    for package, (file, signs) in CUT.items():
        cut(packages / package / f"{file}.ttf", TARGET / f"{Path(file).name}.ttf", signs)
    for package in [*WHOLE, *CUT]:
        shutil.copy(packages / package / "LICENSE_FONT", TARGET / f"OFL-{package}.txt")
    for path in sorted(TARGET.glob("*.t[tx][ft]")):
        sys.stdout.write(f'"{path.name}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
