"""Whoever writes a proposed decision is told what each figure means."""

from flask import Flask

from participation.app import create_app
from participation.config import Settings
from participation.papers.rules.plan_figures import FIGURES
from participation.papers.sentences import meaning_of_figure


def app() -> Flask:
    return create_app(Settings.for_tests())


def test_every_figure_has_a_meaning_of_its_own() -> None:
    with app().test_request_context():
        meanings = {name: meaning_of_figure(name) for name in FIGURES}
    assert len(set(meanings.values())) == len(FIGURES)
    assert meanings["not_starting_volume"] == (
        "Measures that do not start in the plan: what they cost one time and in one full year together"
    )
    assert meanings["measures"] == "All measures with costs: how many they are"
    assert meanings["first_year_grant"] == "What is granted in the first year of the plan"
