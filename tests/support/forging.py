"""Words that are nearly right."""


def forged(word: str) -> str:
    """Return a word with another last letter, whichever it ends with."""
    return word[:-1] + ("y" if word.endswith("x") else "x")
