"""What is stored about a person and how it is erased; asks the rooms below, which know nothing of it."""
