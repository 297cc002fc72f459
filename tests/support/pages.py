"""Reading pages as people do: their words without the markup."""

import re
from html import unescape

from werkzeug.test import TestResponse


def words(page: TestResponse) -> str:
    """Return what a page says, with every stretch of white space as one blank."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def links(page: TestResponse) -> dict[str, str]:
    """Return the addresses of a page's links by their words."""
    found = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page.text, flags=re.DOTALL)
    return {" ".join(unescape(re.sub(r"<[^>]+>", " ", said)).split()): unescape(href) for href, said in found}
