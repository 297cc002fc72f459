"""Results as their pages show them: rows, figures and names, worded for one reader. Nothing is counted here."""

from participation.results.pages.rows import Snapshot, Statistics, ballot_in_words, plain_number

__all__ = ["Snapshot", "Statistics", "ballot_in_words", "plain_number"]
