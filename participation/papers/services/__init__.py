"""Writing: council papers with their stations, and the concept with its versions."""
