"""The Flask side of the box: where this server keeps the keys of rounds."""

from flask import current_app

from participation.ballots.keys import KeyStore


def key_store() -> KeyStore:
    """Return the store of this server's settings."""
    settings = current_app.config["SETTINGS"]
    return KeyStore(settings.keys_dir, settings.escrow_dir, application_key=settings.secret_key)
