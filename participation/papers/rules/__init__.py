"""Pure rules of council papers: what they are called, what they state, and in which order they are discussed."""
