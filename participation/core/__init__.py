"""Pure nouns that every room shares; no framework is imported here."""
