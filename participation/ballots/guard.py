"""The Flask side of the box: where this server keeps the keys of rounds."""

from flask import current_app

from participation.ballots.keys import KeyStore


def key_store() -> KeyStore:
    """Return the store of this server's settings."""
    return KeyStore(current_app.config["SETTINGS"].keys_dir)
