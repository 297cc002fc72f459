"""What a clerk states in a paper, a committee or a station, as it comes from a form or from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from participation.core.wording import TextShape
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.papers import (
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    YouthParticipation,
)

SUBJECT: Final = TextShape("subject", 300, one_line=True)
LEAD_UNIT: Final = TextShape("lead_unit", 200, one_line=True)
PERSON: Final = TextShape("person_in_charge", 200, one_line=True, required=False)
OCCASION: Final = TextShape("occasion", 4_000)
DECISION: Final = TextShape("decisions", 4_000)
UNIT: Final = TextShape("units", 200, one_line=True)
UNIT_RESULT: Final = TextShape("units", 500, one_line=True, required=False)
YOUTH: Final = TextShape("youth_text", 4_000)
PRESCRIBED_BY: Final = TextShape("prescribed_by", 1_000)
FINANCIAL: Final = TextShape("financial_text", 4_000)
CLIMATE: Final = TextShape("climate_text", 4_000)
REASONS: Final = TextShape("reasons", 20_000)
AGENDA_NUMBER: Final = TextShape("agenda_number", 16, one_line=True, required=False)
OUTCOME_TEXT: Final = TextShape("outcome_text", 4_000)
AMENDMENT: Final = TextShape("body", 2_000)
WITHDRAWAL: Final = TextShape("reason", 2_000)
COMMITTEE: Final = TextShape("name", 200, one_line=True)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was involved, and what came of it; None where nobody says."""

    name: str
    result: str | None = None


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """What a paper states. Boxes are None where nobody knows; `plan` is the slug of a plan, "" for none.

    `rounds` are the slugs of concluded rounds on which a paper without a plan reports.

    Blank texts are none. `language` is that in which the paper is written, and stays.
    """

    number: str
    kind: PaperKind
    language: str
    subject: str
    lead_unit: str
    dated_on: date | None = None
    person_in_charge: str = ""
    occasion: str = ""
    plan: str = ""
    rounds: tuple[str, ...] = ()
    youth: YouthParticipation | None = None
    youth_text: str = ""
    measure_is: frozenset[Nature] | None = None
    prescribed_by: str = ""
    financial_impact: FinancialImpact | None = None
    financial_text: str = ""
    climate_impact: ClimateImpact | None = None
    climate_text: str = ""
    reasons: str = ""
    decisions: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitteeDraft:
    """What is said about a committee; it comes last where no position is given."""

    code: str
    names: Mapping[str, str]
    is_public: bool
    position: int | None = None


@dataclass(frozen=True, slots=True)
class StationDraft:
    """A station of a paper; `is_public` None stands for what the committee usually does."""

    committee: str
    competence: Competence
    held_on: date | None = None
    is_public: bool | None = None
    agenda_number: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """What came of a station; without an outcome what was entered before is taken back."""

    outcome: Outcome | None
    decided_on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AmendmentDraft:
    """What a committee changed: its words, and for measures by their codes the year in which they start, None: out.

    `beside` is the slug of a plan that was settled after the one that the council was given: whoever names it says that
    the council changed the latter all the same.
    """

    text: str
    changes: Mapping[str, int | None] = field(default_factory=dict)
    beside: str = ""
