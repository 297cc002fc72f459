"""What every page and every answer of the API share: guard, errors, language, headers, filters, pagination."""
