"""Documents as DOCX: the words of a document in our template, or in one of an office's own."""
