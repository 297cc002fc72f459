"""Words for the refusals of core."""

from collections.abc import Mapping
from typing import Final

from flask import request
from flask_babel import gettext as _

from participation.web.errors import Words
from participation.web.idempotency import is_named_request

WORDS: Final[Mapping[str, Words]] = {
    "text_missing": lambda _facts: _("Please write something here."),
    "text_too_long": lambda f: _(
        "This text has %(length)s characters; at most %(maximum)s fit. Please shorten it.",
        length=f["length"],
        maximum=f["maximum"],
    ),
    "control_character": lambda f: _(
        "Character number %(place)s (%(character)s) cannot be shown. Please remove it.",
        place=f["place"],
        character=f["character"],
    ),
    "bidi_control": lambda f: _(
        "Character number %(place)s (%(character)s) changes the direction in which the text reads. Please remove it.",
        place=f["place"],
        character=f["character"],
    ),
    "unreadable_character": lambda f: _(
        "Character number %(place)s did not arrive in a readable form. Please type it again.", place=f["place"]
    ),
    "several_faults": lambda f: _("%(count)s places need another look.", count=f["count"]),
    "not_an_amount": lambda f: _(
        "“%(typed)s” is not an amount. Please write it like 12500 or 12.500,00.", typed=f["typed"]
    ),
    "amount_missing": lambda _facts: _("Please enter an amount, or 0 if there is no cost."),
    "other_currency": lambda f: _(
        "“%(typed)s” is in another currency. Please give the amount in %(currency)s.",
        typed=f["typed"],
        currency=f["currency"],
    ),
    "negative_amount": lambda _facts: _("An amount cannot be below zero."),
    "amount_too_large": lambda _facts: _("This amount is too large to be meant."),
    "mixed_currencies": lambda _facts: _("Amounts in different currencies cannot be added."),
    "unknown_language": lambda f: _("The language “%(tag)s” is not known here.", tag=f["tag"]),
    "doubled_language": lambda f: _("The language “%(tag)s” is named twice.", tag=f["tag"]),
    "language_missing": lambda _facts: _("Please choose at least one language."),
    "translation_into_own_language": lambda _facts: _(
        "A text cannot be translated into the language it was written in."
    ),
    "no_such_page_of_list": lambda _facts: _("This list has no such page."),
    "not_an_idempotency_key": lambda _facts: _("The key must have 1 to 64 visible ASCII characters."),
    "unreadable_text": lambda _facts: _(
        "A text holds signs that cannot be read or stored. Please write it once more instead of pasting it."
    ),
    "files_busy": lambda _facts: _(
        "Very many files are being asked for at this moment. Please try again in a few seconds."
    ),
    "unavailable": lambda _facts: (
        _("This page cannot be shown right now, because the store does not answer. Please try again in a moment.")
        if request.method in {"GET", "HEAD"}
        else _("This was not saved, because the store cannot take anything right now. Please try again in a moment.")
    ),
    "commit_in_doubt": lambda _facts: (
        _(
            "The connection to the store broke in the moment of saving, so it is not known whether this was saved. "
            "Sending the same again is safe: it counts once."
        )
        if is_named_request()
        else _(
            "The connection to the store broke in the moment of saving, so it is not known whether this was saved. "
            "Please look whether it is there before you send it again."
        )
    ),
    "empty_file": lambda _facts: _("The file is empty."),
    "file_missing": lambda _facts: _("Please choose a file."),
    "file_too_large": lambda _facts: _("The file is larger than 4 MB. Please split it."),
    "broken_xlsx": lambda _facts: _("This is not a workbook that can be read. Please save it again as XLSX."),
    "xlsx_unpacks_too_large": lambda _facts: _("The workbook unpacks to far more than its size. It was not opened."),
    "cell_too_long": lambda f: _(
        "The cell %(cell)s holds more than %(maximum)s characters. Please shorten it.",
        cell=f["cell"],
        maximum=f["maximum"],
    ),
    "broken_docx": lambda _facts: _("This is not a document that can be read. Please save it again as DOCX."),
    "docx_unpacks_too_large": lambda _facts: _("The document unpacks to far more than a template needs."),
    "docx_macros": lambda f: _(
        "The document brings a program or another document with it (%(part)s). Please save it without.", part=f["part"]
    ),
    "docx_linked_outside": lambda f: _(
        "The document fetches something from elsewhere: %(target)s. Only links that people follow are allowed.",
        target=f["target"],
    ),
    "docx_unknown_name": lambda f: _(
        "The placeholder “%(name)s” is not known. There are: %(known)s.", name=f["name"], known=f["known"]
    ),
    "docx_not_allowed": lambda f: _(
        "A placeholder names what the paper says, asks whether it is there or goes through a list. Not this: %(what)s.",
        what=f["what"],
    ),
    "docx_without_body": lambda _facts: _(
        "The template has no place for the paper itself. It needs {{p body }} in a paragraph of its own."
    ),
    "sign_in_needed": lambda _facts: _("Please sign in first."),
    "not_permitted": lambda _facts: _("You do not have the right to do this."),
}
