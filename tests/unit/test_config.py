"""The surroundings decide, and what cannot be meant is refused with a sentence."""

import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner

from participation.command_line import command_line
from participation.config import MIN_SECRET, Misconfigured, Settings

KEY = "PARTICIPATION_SECRET_KEY"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        "x" * 64,
        "change-me-before-the-first-citizen-arrives",
        "this is a Secret that stood in a manual, 0123456789",
        secrets.token_urlsafe(48)[: MIN_SECRET - 1],
    ],
    ids=["none", "short", "one letter", "placeholder", "from a manual", "a character too few"],
)
def test_a_server_refuses_to_start_without_a_real_key(key: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=KEY):
        Settings.from_environment({KEY: key, "PARTICIPATION_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_makes_its_own_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    environment = {"PARTICIPATION_DEMO": "1", "PARTICIPATION_DATA": str(tmp_path)}
    first = Settings.from_environment(environment)
    assert len(first.secret_key) >= MIN_SECRET
    assert Settings.from_environment(environment).secret_key == first.secret_key
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "stadt.example"])  # noqa: S104 - refused here
def test_a_demonstration_serves_this_machine_only(host: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="HOST"):
        Settings.from_environment({"PARTICIPATION_DEMO": "1", "HOST": host, "PARTICIPATION_DATA": str(tmp_path)})


def test_where_things_are_kept_follows_from_one_folder(tmp_path: Path) -> None:
    settings = Settings.from_environment({KEY: secrets.token_hex(32), "PARTICIPATION_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'participation.sqlite'}"
    assert settings.keys_dir == tmp_path / "keys"
    assert not settings.demo


def test_database_and_keys_may_live_elsewhere(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            KEY: secrets.token_hex(32),
            "PARTICIPATION_DATA": str(tmp_path),
            "PARTICIPATION_DATABASE": "postgresql://db.example/participation",
            "PARTICIPATION_KEYS": str(tmp_path / "vault"),
        }
    )
    assert not settings.uses_sqlite
    assert settings.keys_dir == tmp_path / "vault"


def test_help_is_given_where_a_setting_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (KEY, "PARTICIPATION_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARTICIPATION_DATA", str(tmp_path))
    shown = CliRunner().invoke(command_line(), ["--help"])
    assert shown.exit_code == 0
    assert "tally" in shown.stdout
    assert KEY in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize("threads", ["0", "-3", "many", "1.5", "١٦"])
def test_a_number_of_threads_that_cannot_be_meant_is_refused(threads: str, tmp_path: Path) -> None:
    environment = {KEY: secrets.token_urlsafe(48), "PARTICIPATION_DATA": str(tmp_path)}
    assert Settings.from_environment(environment).threads == 16
    with pytest.raises(Misconfigured, match="PARTICIPATION_THREADS"):
        Settings.from_environment(environment | {"PARTICIPATION_THREADS": threads})


def test_witnesses_are_named_with_their_languages(tmp_path: Path) -> None:
    given = {KEY: secrets.token_hex(32), "PARTICIPATION_DATA": str(tmp_path)}
    assert Settings.from_environment(given).witnesses == ()
    named = given | {"PARTICIPATION_WITNESSES": "anna@example.org, tr:mehmet@example.org,"}
    assert Settings.from_environment(named).witnesses == (("de", "anna@example.org"), ("tr", "mehmet@example.org"))
    for wrong in ("anna", "xx:anna@example.org", "anna@example.org mehmet@example.org"):
        with pytest.raises(Misconfigured, match="PARTICIPATION_WITNESSES"):
            Settings.from_environment(given | {"PARTICIPATION_WITNESSES": wrong})


def provider(**changed: str) -> dict[str, str]:
    """Return the settings of an identity provider."""
    given = {"ISSUER": "https://id.stadt.example/realms/x", "CLIENT_ID": "us", "CLIENT_SECRET": "hush"} | changed
    return {"PARTICIPATION_DEMO": "1"} | {f"PARTICIPATION_OIDC_{name}": value for name, value in given.items()}


def test_an_identity_provider_is_named_in_every_language(tmp_path: Path) -> None:
    given = provider(NAME="de:Stadtkonto, City account", STRONG_ACR="2, high") | {"PARTICIPATION_DATA": str(tmp_path)}
    found = Settings.from_environment(given).provider
    assert found is not None
    assert (found.name_in("de"), found.name_in("tr"), found.strong_acr) == ("Stadtkonto", "City account", ("2", "high"))
    unnamed = Settings.from_environment(provider() | {"PARTICIPATION_DATA": str(tmp_path)}).provider
    assert unnamed is not None
    assert unnamed.name_in("de") == "id.stadt.example"
    assert "hush" not in repr(unnamed)


@pytest.mark.parametrize("wrong", [{"CLIENT_SECRET": ""}, {"ISSUER": "http://id.stadt.example"}])
def test_half_an_identity_provider_is_refused(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PARTICIPATION_OIDC"):
        Settings.from_environment(provider(**wrong) | {"PARTICIPATION_DATA": str(tmp_path)})
