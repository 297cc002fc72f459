"""The JSON side of council papers and of the concept."""
