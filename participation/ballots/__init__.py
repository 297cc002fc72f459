"""Options of a round, the participation register and the ballot box: opening, casting, changing, closing."""
