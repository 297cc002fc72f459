"""Adding and showing a passkey, with the virtual authenticator of Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from participation.config import Settings
from tests.support.accessibility import axe_violations
from tests.support.databases import Backend

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(backend: Backend, port: int) -> Settings:
    """Return the settings of a demonstration under a name: browsers have no passkeys for numbers."""
    return backend.settings(demo=True, base_url=f"http://localhost:{port}")


@pytest.fixture
def live_server(live_server: str) -> str:
    return live_server.replace("127.0.0.1", "localhost")


def plug_in(page: Page, *, verified: bool = True) -> None:
    """Give the browser an authenticator that always says yes, or one whose owner is not recognised."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter(page: Page, role: str) -> None:
    page.goto(f"/demo/enter/{role}?lang=en")
    page.get_by_role("main").get_by_role("button").click()


def test_a_passkey_is_added_and_shown_at_the_next_sign_in(page: Page) -> None:
    plug_in(page)
    enter(page, "citizen")
    page.goto("/account/security")
    page.get_by_text("Add a passkey").first.click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My passkey")).to_be_visible()
    assert axe_violations(page) == []
    enter(page, "citizen")
    page.goto("/account")
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/account$"))


def test_a_device_that_does_not_know_its_owner_is_said_and_leaves_the_code(page: Page) -> None:
    plug_in(page, verified=False)
    enter(page, "citizen")
    page.goto("/account/security")
    page.get_by_text("Add a passkey").first.click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Your device has not confirmed it.")).to_be_visible()
    expect(page.get_by_role("button", name="Set up an app")).to_be_visible()


def test_without_scripts_an_app_is_offered(page_without_javascript: Page) -> None:
    page = page_without_javascript
    enter(page, "citizen")
    page.goto("/account/security")
    page.get_by_text("Add a passkey").first.click()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    expect(page.get_by_text("An app with codes works everywhere.")).to_be_visible()
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("heading", name="Set up an app")).to_be_visible()
