"""Files of ballots in the formats that others use.

    lines             any file: blocks of lines, decoded, with places for faults
    cells             rows of cells between separators
    numbers           numbers as files write them, exactly
    pabulib           .pb, participatory budgets: what a file holds
    pabulib_reading   ... reading it: sections (pabulib_sections) and ballots (pabulib_votes)

Every reader refuses what it does not understand with file, line, column and a reason's code, and repairs
nothing. Every writer gives bytes that its reader reads as the same.
"""
