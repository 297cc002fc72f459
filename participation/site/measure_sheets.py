"""Measure sheets as they stand: from the proposal, its costs, the rankings, the plan and what was reported since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.core.languages import reading_order
from participation.costings.queries import current_costings
from participation.documents.blocks import Document, Fact, Text
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import current_statuses
from participation.monitoring.sentences import status_sentence
from participation.papers.composing.measures import MeasureSheet, compose_sheets, measure_sheet
from participation.papers.composing.words import Speech
from participation.papers.queries import council_on_plans
from participation.papers.queries.concept_content import concept_content
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted
from participation.proposals.rules import ProposalKind
from participation.texts.queries import wording
from participation.web.locale import current_language


@dataclass(frozen=True, slots=True)
class SheetsNow:
    """The measures of a process as they stand now: what the concept would say of them, and what was reported since."""

    process: Process
    content: Mapping[str, Any]
    measures: Mapping[str, Proposal]
    statuses: Mapping[str, MeasureStatus]
    changed_at: Mapping[str, datetime]
    """When something on a sheet changed last, by code."""

    def measure(self, code: str) -> Proposal:
        """Return the proposal behind a sheet; raises NotFound for a measure that has none."""
        return self.measures[self._known(code)]

    def document(self, code: str) -> Mapping[str, Any]:
        """Return what stands on a sheet as plain values; raises NotFound for a measure that has none."""
        return next(one for one in self.content["measures"] if one["code"] == self._known(code))

    def sheet(self, code: str) -> MeasureSheet:
        """Return a sheet in the reader's language."""
        language = current_language().tag
        order = reading_order(language, self.process.default_language)
        speech = Speech(order, self.process.currency)
        return measure_sheet(self.document(code), self.content, speech, self._reported(code, order))

    def composed(self, *codes: str) -> Document:
        """Return the sheets of some measures, or of all, as a document in the reader's language."""
        chosen = [self._known(code) for code in codes] or list(self.measures)
        return compose_sheets(
            [self.sheet(code) for code in chosen],
            self.content["process"],
            current_language().tag,
            day=self._day_of(chosen),
        )

    def _known(self, code: str) -> str:
        if code not in self.measures:
            raise NotFound("no_such_proposal", proposal=code)
        return code

    def _day_of(self, codes: list[str]) -> date:
        latest = max((self.changed_at[code] for code in codes), default=self.process.created_at)
        return latest.astimezone(ZoneInfo(self.process.time_zone)).date()

    def _reported(self, code: str, languages: tuple[str, ...]) -> Iterator[Fact]:
        status = self.statuses.get(self.measures[code].id)
        if status is not None:
            yield Fact(_("Status"), status_sentence(status))
            if status.reason is not None:
                said = wording(status.reason, languages)
                yield Fact(_("Reason for the status"), Text(said.body, said.language))


def sheets_now(session: Session, process: Process) -> SheetsNow:
    """Return the sheets of all admitted measures of a process."""
    measures = {one.code: one for one in admitted(session, process.id, ProposalKind.MEASURE)}
    ids = [one.id for one in measures.values()]
    statuses, costings = current_statuses(session, ids), current_costings(session, ids)
    plan = council_on_plans(session, process.id).told
    settled = [plan.settled_at] if plan is not None and plan.settled_at is not None else []

    def changed(measure: Proposal) -> datetime:
        said = [version.written_at for text in measure.texts for version in text.versions]
        stated = [costings[measure.id].written_at] if measure.id in costings else []
        reported = [statuses[measure.id].reported_at] if measure.id in statuses else []
        return max(said + stated + reported + settled)

    return SheetsNow(
        process,
        concept_content(session, process, list(measures.values())),
        measures,
        statuses,
        {code: changed(measure) for code, measure in measures.items()},
    )
