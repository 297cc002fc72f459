"""What is wrong with a file, in a plain English sentence with its place: for the command line and for logs.

One table from codes to sentences; what stands in braces are the refusal's facts. Pages make their own sentences.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from participation.tally.errors import TallyError

_PLACE: Final = ("file", "line", "column")

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Any text
        "not_utf_8": "this byte is no UTF-8 text",
        "nul_character": "a NUL character is no text",
        "stray_carriage_return": "a carriage return stands inside a line",
        "line_too_long": "the line has more than {limit} bytes",
        "unclosed_quotation_mark": "the quotation mark before this is never closed",
        "other_separator": "the separator here is {found!r} instead of {expected!r}",
        "too_many_options": "these are more than {limit} options",
        "too_many_options_to_count": "{options} options cannot be compared with each other, at most {limit} can",
        "too_many_pairs_to_count": "the rounds have {pairs} pairs of options together, at most {limit} can be counted",
        "too_many_rounds": "there are more than {limit} rounds",
        "unpacks_too_large": "the packed file unpacks to more than {limit} bytes",
        # Numbers and codes
        "missing_value": "{what} is empty",
        "not_a_number": "{what} is no number that can be read exactly: {text!r}",
        "negative_number": "{what} is below zero: {text!r}",
        "number_too_long": "{what} has more than {limit} digits",
        "value_too_large": "the value is larger than {limit}",
        "value_out_of_range": "the value is not between {least} and {most}",
        "count_out_of_range": "so many ballots cannot be counted: from 1, and {most} in all",
        "id_twice": "{what} {text!r} stands here a second time",
        "id_too_long": "{what} has more than {limit} characters",
        "id_not_printable": "{what} has a character that cannot be printed",
        "id_with_comma": "{what} {text!r} has a comma, which separates choices",
        "wrong_count": "{what} says {stated}, but the file has {found}",
        # Tables
        "missing_section": "the section {name} is missing",
        "section_twice": "the section {name} stands here a second time",
        "missing_column_names": "the line with the names of the columns is missing",
        "missing_column": "the column {name} is missing",
        "column_twice": "the column {name} stands here a second time",
        "column_without_a_name": "this column has no name",
        "wrong_number_of_cells": "the row has {cells} cells, but there are {columns} columns",
        "missing_entry": "the entry {name} is missing",
        "entry_twice": "the entry {name} stands here a second time",
        "unknown_value": "{what} is {text!r}; what is known: {known}",
        # Participatory budgets
        "unknown_vote_type": "the vote type {text!r} is not known; what is known: {known}",
        "default_score_not_zero": "only the default score 0 can be counted",
        "unknown_scoring_function": "the scoring function {text!r} is not known; what is known: {known}",
        "vote_strength_not_one": "a ballot that counts more than once cannot be counted",
        "points_do_not_match_votes": "there are {points} numbers of points for {votes} choices",
        # Ballots
        "unknown_option": "{option!r} is none of the options",
        "choice_twice": "{option!r} is chosen twice on the same ballot",
        "empty_choice": "between two separators, or at the end, a choice is missing",
        "mixed_separators": "one ballot mixes {signs}, which leaves open how it is meant",
        "unknown_ballot_kind": "the kind of ballot {text!r} is not known; what is known: {known}",
        # PrefLib
        "not_a_header_line": "a line of the header has to be {needs}",
        "header_after_ballots": "a line of the header stands behind the ballots",
        "unknown_data_type": "the data type {text!r} is not known; what is known: {known}",
        "data_type_is_not_the_ending": "the file's data type is {text}, but its name ends with {ending}",
        "missing_count": "a ballot has to be written as {needs}",
        "not_an_order": "this is no order of alternatives: {text!r}",
        "order_not_complete": "orders of type {data_type} list all {options} alternatives; this one lists {found}",
        "tie_in_a_strict_order": "orders of type {data_type} have no ties",
        "wrong_number_of_categories": "there are {stated} categories; this ballot has {found}",
        # ABIF
        "missing_sign": "here {needs!r} is missing",
        "unexpected_text": "this cannot be read here: {text!r}",
        "not_metadata": "a line of metadata has to be {needs}",
        "not_a_single_value": "the entry {name} is more than a text or a number",
        "option_after_ballots": "options have to be declared before the ballots",
        "no_ballots": "the file has no ballots",
        "ratings_on_a_ranking": "a ranking has ratings",
        "rating_missing": "an option has no rating, though the ballots are rated",
        "order_against_ratings": "the order contradicts the ratings: {above} stands before {below}",
        # Our own table
        "no_options": "there is no column for an option",
        "kind_differs": "the ballot's kind is {text}, but the round's first ballot is {first}",
        "shown_differs": "{option!r} stands on some ballots of this round and not on others",
        # What is asked of a file
        "unknown_ending": "the name does not say which format this is; --input takes one of {known}",
        "unknown_format": "the format {text!r} is not known; what is known: {known}",
        "unknown_rule_of_file": "the file's rule {rule!r} is not known; --rule takes one of ours, META one of {known}",
        "no_minimum_score": "the rule greedy-threshold needs a minimum score, and the file states none",
        "no_rounds": "the file has no rounds",
        "no_weight_at_all": "no round has any weight",
        "weight_negative": "the weight of {round!r} is below zero: {weight}",
        "weight_not_exact": (
            'the weight of {round!r} is no whole number and no text such as "1/3", but {weight}; decimals are not exact'
        ),
        "missing_weight": "of several rounds {round!r} has no weight; see --weights",
        "weight_without_round": "the weights name {round!r}, which is no round of the file",
        "too_long_to_write": "an exact score would have more than {limit} digits; see the digits of the weights",
        "step_too_small": (
            "one unit of money more for everybody, again and again, takes more than {most} steps: give amounts in a"
            " larger unit"
        ),
        "tie_not_decided": "{options} are equal where one has to be taken, and {tie_break!r} does not choose",
    }
)


def said(fault: TallyError) -> str:
    """The sentence of a refusal, with the place before it where it has one.

    >>> from participation.tally.errors import UnreadableFile
    >>> said(UnreadableFile("wrong_count", file="x.pb", line=4, column=9, what="num_votes", stated=4, found=3))
    'x.pb:4:9: num_votes says 4, but the file has 3'
    """
    place = ":".join(str(fault.facts[name]) for name in _PLACE if name in fault.facts)
    facts = {name: _fact(fact) for name, fact in fault.facts.items() if name not in _PLACE}
    sentence = WORDS[fault.code].format_map(_Facts(facts)) if fault.code in WORDS else _listed(fault.code, facts)
    return f"{place}: {sentence}" if place else sentence


class _Facts(dict[str, object]):
    """A refusal without one of the facts that its sentence has is still said."""

    def __missing__(self, name: str) -> str:
        return f"({name})"


def _listed(code: str, facts: Mapping[str, object]) -> str:
    """What is said of a code without a sentence."""
    listed = ", ".join(f"{name} {fact}" for name, fact in facts.items())
    return code.replace("_", " ") + (f" ({listed})" if listed else "")


def _fact(fact: object) -> object:
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
