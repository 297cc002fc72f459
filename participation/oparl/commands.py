"""Command line of OParl: bring it up to date, and check an interface against the specification."""

import sys
from collections.abc import Mapping
from typing import Final

import click
import requests
from flask import Flask, current_app
from flask.cli import with_appcontext

from participation.core.exit_codes import BROKEN
from participation.core.windows import utcnow
from participation.extensions import db
from participation.oparl.publishing import renew
from participation.oparl.rules.addresses import Kind, path_of
from participation.oparl.rules.checking.answers import Answer
from participation.oparl.rules.checking.faults import Level
from participation.oparl.rules.checking.interface import check_interface

_PATIENCE: Final = 30.0


@click.group("oparl")
def oparl() -> None:
    """Give council papers to other programs (OParl 1.1)."""


@oparl.command("renew")
@with_appcontext
def renew_now() -> None:
    """Look at once what is public and bring the register in line; the worker does the same every few seconds."""
    done = renew(db.session(), utcnow)
    click.echo(f"{done.added} new, {done.changed} changed, {done.deleted} deleted")


@oparl.command("check")
@click.option("--url", default="", help="The System object of another server; without it, this site itself.")
@with_appcontext
def check(url: str) -> None:
    """Check an OParl 1.1 interface against what the text of the specification demands.

    Prints one line for each fault. Exits with 0 if nothing that the text demands is wrong, with 3 otherwise;
    recommendations that are not kept are printed and do no harm.
    """
    entrance = url or current_app.config["SETTINGS"].base_url + path_of(Kind.SYSTEM, "")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way to unwrap the proxy
    faults = check_interface(_from_afar if url else OwnAnswers(app), entrance)
    for fault in faults:
        click.echo(str(fault))
    demanded = sum(fault.level is Level.MUST for fault in faults)
    click.echo(f"{demanded} faults, {len(faults) - demanded} recommendations not kept", err=True)
    if demanded:
        sys.exit(BROKEN)


class OwnAnswers:
    """Asks this program as a browser would that knows nobody."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._base: str = app.config["SETTINGS"].base_url

    def __call__(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer for one of the site's own addresses."""
        path = url.removeprefix(self._base)
        answer = self._app.test_client(use_cookies=False).get(path, headers=dict(headers), base_url=self._base)
        with answer:
            return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.data)


def _from_afar(url: str, headers: Mapping[str, str]) -> Answer:
    answer = requests.get(url, headers=dict(headers), timeout=_PATIENCE, allow_redirects=False)
    return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)


COMMANDS: Final = (oparl,)
