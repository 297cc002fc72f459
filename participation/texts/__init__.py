"""People's words: a text in its language, its revisions and its translations; a text knows no owner."""
