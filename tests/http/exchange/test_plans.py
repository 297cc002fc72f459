"""A process is made from a template or as a copy: shown first, then made whole, without anybody's people or votes."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Organisation, OrganisationKind, RoleGrant
from participation.accounts.queries import departments_of, organisations_of
from participation.accounts.services import register_organisation
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.exchange.blueprints import all_blueprints, titles_of
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.rounds.kinds import KindName
from participation.rounds.models import OptionRule, Round
from participation.rounds.queries import rounds_of
from participation.rounds.rules import RoundState
from participation.texts.models import Origin
from participation.texts.queries import wordings
from tests.factories.people import official
from tests.support.people import sign_in
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
START = (utcnow() + timedelta(days=40)).date()
SAID = {
    "title-de": "Konzept 2030",
    "title-tr": "Konsept 2030",
    "city": "Lindenhafen",
    "time_zone": "Europe/Berlin",
    "languages": ["de", "tr"],
    "default_language": "de",
    "currency": "EUR",
    "starts_on": START.isoformat(),
}
TEMPLATE = "/manage/processes/templates/two_phase_concept"


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)
    admin = made.do(lambda session: official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow()))
    made.elif_ = sign_in(app.test_client(), admin)
    return made


def processes(scene: Scene) -> int:
    return scene.read(lambda session: session.scalar(select(func.count()).select_from(Process)) or 0)


def process_at(session: Session, slug: str) -> tuple[Process, list[Round]]:
    found = process_by_slug(session, slug)
    return found, list(rounds_of(session, found.id))


def test_the_template_is_shown_first_and_then_made_whole(scene: Scene) -> None:
    assert scene.elif_.get("/manage/processes/templates").status_code == 200
    assert scene.elif_.get(TEMPLATE).status_code == 200
    shown = scene.elif_.post(TEMPLATE, data=SAID, query_string={"lang": "en"})
    assert (shown.status_code, processes(scene)) == (200, 1)
    assert "This would be made" in shown.text
    assert "Share 30 points among the goals" in shown.text
    made = scene.elif_.post(TEMPLATE, data=SAID | {"then": "make"}, query_string={"lang": "en"})
    assert (made.status_code, made.location) == (303, "/manage/processes/konzept-2030/rankings/new")
    assert "declare the weights" in scene.elif_.get(made.location or "", query_string={"lang": "en"}).text

    def check(session: Session) -> None:
        process, rounds = process_at(session, "konzept-2030")
        assert [phase.code for phase in process.phases] == ["I", "II"]
        assert {round_.state for round_ in rounds} == {RoundState.DRAFT}
        for phase in process.phases:
            voted = [one for one in rounds if one.phase_id == phase.id and one.ballot_kind is not None]
            assert {one.kind for one in voted} == set(KindName)
        said = wordings(rounds[0].title)
        assert (set(said), said["tr"].origin) == ({"de", "tr"}, Origin.AUTHOR_UNREVIEWED)

    scene.read(check)


def test_every_title_of_a_template_is_there_in_every_language_of_the_interface(scene: Scene) -> None:
    for blueprint in all_blueprints():
        for words in (blueprint["title"], blueprint["about"], *titles_of(blueprint)):
            assert set(words) == {"de", "en", "tr", "ar"}


def test_a_copy_has_rounds_as_drafts_with_dates_moved_and_nobodys_people(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Deutschkurse"))
    scene.put("online", ballot_kind="ranking", max_choices=3, option_rule=OptionRule.CHOSEN, chosen_codes=["M01"])
    scene.put("online", task_names=["prioritise_measures"])
    scene.do(lambda session: setattr(process_by_slug(session, "integration"), "forbids_overlap", True))
    address = "/manage/processes/integration/copy"
    assert scene.elif_.get(address).status_code == 200
    said = SAID | {"organisations": "y", "slug": "kopie"}
    shown = scene.elif_.post(address, data=said, query_string={"lang": "en"})
    assert (shown.status_code, processes(scene)) == (200, 1)
    assert "Brücke e. V." in shown.text
    assert "In 1 round the options were chosen one by one." in shown.text
    assert scene.elif_.post(address, data=said | {"then": "make"}).status_code == 303

    def check(session: Session) -> None:
        (source, before), (copy, after) = process_at(session, "integration"), process_at(session, "kopie")
        assert len(after) == len(before)
        assert copy.forbids_overlap
        begins = [one.opens_at for one in after] + [phase.opens_at for phase in copy.phases]
        assert min(begins).date() in {START, START - timedelta(days=1)}
        for old, new in zip(before, after, strict=True):
            assert (new.kind, new.state, new.chosen_codes) == (old.kind, RoundState.DRAFT, [])
            assert abs((new.closes_at - new.opens_at) - (old.closes_at - old.opens_at)) <= timedelta(hours=1)
        assert [one.code for one in departments_of(session, copy.id)] == ["D4"]
        assert [one.mandates for one in organisations_of(session, copy.id)] == [[]]
        assert [field.code for field in copy.fields] == [field.code for field in source.fields]
        for table in (Proposal, RoleGrant):
            assert session.scalars(select(table.id).where(table.process_id == copy.id)).all() == []

    scene.read(check)


def test_a_copy_says_of_every_wording_of_an_organisation_who_it_is_from(scene: Scene) -> None:
    def describe(session: Session) -> None:
        process = process_by_slug(session, "integration")
        words, origins = {"uk": "Ми тут.", "de": "Wir sind da."}, {"uk": Origin.AUTHOR, "de": Origin.MACHINE}
        register_organisation(
            session,
            process,
            code="O9",
            kind=OrganisationKind.MIGRANT_ASSOCIATION,
            name="Міст e. V.",
            languages=["uk"],
            description=words,
            description_language="uk",
            description_origins=origins,
            actor=SYSTEM,
            now=utcnow(),
        )

    def origins(session: Session) -> dict[str, Origin]:
        copy = process_by_slug(session, "kopie")
        described = next(one.description for one in organisations_of(session, copy.id) if one.code == "O9")
        return {tag: said.origin for tag, said in wordings(described).items()} if described else {}

    scene.do(describe)
    said = SAID | {"organisations": "y", "slug": "kopie", "then": "make"}
    assert scene.elif_.post("/manage/processes/integration/copy", data=said).status_code == 303
    assert scene.read(origins) == {"uk": Origin.AUTHOR, "de": Origin.MACHINE}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"starts_on": "2001-01-01"}, "must be today or later"),
        ({"starts_on": "soon"}, "day"),
        ({"default_language": "uk", "languages": ["uk", "de"]}, "no words in this language"),
        ({"slug": "integration"}, "is taken"),
        ({"time_zone": "Moon/Base"}, "time zone"),
        ({"title-de": ""}, "write something"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words_already_when_it_is_shown(
    scene: Scene, changes: dict[str, object], words: str
) -> None:
    answer = scene.elif_.post(TEMPLATE, data=SAID | changes, query_string={"lang": "en"})
    assert (answer.status_code in {409, 422}, words in answer.text, processes(scene)) == (True, True, 1)
    assert 'value="Konsept 2030"' in answer.text


def test_only_those_whose_rights_reach_beyond_one_process_make_processes(scene: Scene) -> None:
    for client in (scene.birte, scene.farid, scene.ayse):
        assert client.get(TEMPLATE).status_code == 403
        assert client.post("/manage/processes/integration/copy", data=SAID).status_code == 403
        assert api(client, "POST", "/processes/integration/copies", json={}).status_code == 403


def test_the_interface_shows_and_makes_the_same(scene: Scene) -> None:
    said = {
        "titles": {"de": "Konzept 2030"},
        "city": "Lindenhafen",
        "time_zone": "Europe/Berlin",
        "languages": ["de"],
        "default_language": "de",
        "starts_on": START.isoformat(),
    }
    listed = api(scene.elif_, "GET", "/process-templates").json["items"]
    assert [one["name"] for one in listed] == ["two_phase_concept"]
    address = "/process-templates/two_phase_concept/processes"
    shown = api(scene.elif_, "POST", f"{address}?check_only=true", json=said)
    assert (shown.json["made"], shown.json["process"], processes(scene)) == (False, None, 1)
    made = api(scene.elif_, "POST", address, json=said)
    assert (made.status_code, made.json["process"], made.json["weights_next"]) == (201, "konzept-2030", True)
    copy = {"titles": {"de": "Kopie"}, "starts_on": START.isoformat()}
    copied = api(scene.elif_, "POST", "/processes/konzept-2030/copies", json=copy)
    assert len(copied.json["rounds"]) == len(made.json["rounds"])
    assert api(scene.elif_, "POST", "/process-templates/none/processes", json=said).status_code == 404
    assert scene.read(lambda session: session.scalars(select(Organisation.process_id).distinct()).all()) == [
        scene.town.process.id
    ]


def test_the_command_line_shows_and_makes_the_same(scene: Scene) -> None:
    runner = scene.app.test_cli_runner()
    said = ["--title", "de=Neu", "--starts-on", START.isoformat()]
    shown = runner.invoke(args=["process", "copy", "integration", *said, "--check"])
    assert "Nothing was made." in shown.output
    made = runner.invoke(args=["process", "from-template", "two_phase_concept", "--city", "Lindenhafen", *said])
    assert "Made: neu" in made.output
    assert processes(scene) == 2
