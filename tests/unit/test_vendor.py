"""What we took from others is what we say it is, and nothing else is loaded from anywhere."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tools import derive_kern

ROOT: Final = Path(__file__).resolve().parents[2]
STATIC: Final = ROOT / "participation" / "static"
VENDOR: Final = STATIC / "vendor"
ASSETS: Final[list[dict[str, Any]]] = tomllib.loads((VENDOR / "VENDOR.toml").read_text("utf-8"))["asset"]
FILES: Final[list[tuple[str, str]]] = [pair for asset in ASSETS for pair in asset["files"].items()]
OWN_TO_THE_FOLDER: Final = {"VENDOR.toml", "README.md"}


@pytest.mark.parametrize("path,checksum", FILES)
def test_a_vendored_file_has_the_checksum_that_is_stated(path: str, checksum: str) -> None:
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == checksum


def test_every_vendored_file_is_stated() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found - OWN_TO_THE_FOLDER == {path for path, _ in FILES}


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset["name"])
def test_every_asset_names_its_version_licence_and_source(asset: dict[str, Any]) -> None:
    assert all(asset[key] for key in ("name", "version", "licence", "source", "use"))
    assert re.fullmatch(r"[0-9a-f]{64}", asset["source_sha256"])
    assert any(Path(path).name.startswith(("LICENSE", "OFL")) for path in asset["files"])


def test_the_derived_kern_sheet_is_what_the_script_derives() -> None:
    assert derive_kern.TARGET.read_text("utf-8") == derive_kern.derived_sheet()


PHYSICAL: Final = re.compile(
    r"(?<![\w-])(?:margin|padding|border)-(?:left|right)|(?:^|[;{])\s*(?:left|right):|text-align:\s*(?:left|right)",
    re.MULTILINE,
)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_no_sheet_says_left_or_right_where_it_means_start_or_end(sheet: Path) -> None:
    rules = [rule for rule in sheet.read_text("utf-8").split("}") if "transform" not in rule]
    assert [rule for rule in rules if PHYSICAL.search(rule)] == []


LOADED_FROM_ELSEWHERE: Final = re.compile(r"@import|url\(\s*[\"']?(?:https?:)?//")


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_no_sheet_loads_anything_from_another_host(sheet: Path) -> None:
    assert LOADED_FROM_ELSEWHERE.search(sheet.read_text("utf-8")) is None
