"""Pages of council papers and of the concept."""
