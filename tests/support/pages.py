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


def form_inputs(page: str, action: str) -> list[tuple[str, str]]:
    """Return names and values of the inputs of the form on a page that is sent to an address."""
    for form in re.findall(r"<form\b.*?</form>", page, flags=re.DOTALL):
        sent_to = re.search(r'\baction="([^"]*)"', form)
        if sent_to and unescape(sent_to[1]) == action:
            inputs = re.findall(r'<input\b[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"', form, flags=re.DOTALL)
            return [(unescape(name), unescape(value)) for name, value in inputs]
    raise LookupError(f"no form is sent to {action}")
