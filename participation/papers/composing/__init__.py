"""Documents in a reader's language."""
