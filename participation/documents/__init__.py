"""Documents as data, and the engines that turn them into PDF, DOCX and XLSX; no database and no web here."""
