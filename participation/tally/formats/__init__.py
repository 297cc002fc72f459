"""Files of ballots in the formats that others use, and our own table.

    lines             any file: blocks of lines, decoded, with places for faults
    numbers           numbers as files write them, exactly
    cells             rows of cells between separators
    tokens            a line read from left to right
    orders            weak orders and how many people cast them
    elections         what every format is read into, ready to be counted
    pabulib           .pb, participatory budgets: what a file holds
    pabulib_reading   ... reading it: sections (pabulib_sections) and ballots, fast (pabulib_votes)
    pabulib_writing   ... writing it, also from a round of ours
    pabulib_scores    ... votes and scores, counted from the ballots
    pabulib_budget    ... deciding it anew, by its own rule or another; as lines of text (budget_text)
    published         ... whether what it publishes follows from its ballots
    preflib           .soc, .soi, .toc, .toi and .cat
    abif              .abif
    ballot_table      .csv with columns for body and round
    registry          all of them by name, and our JSON lines (tally.jsonlines)
    words             what is wrong with a file, in a sentence

Every reader refuses what it does not understand with file, line, column and a reason's code, and repairs
nothing. Every writer gives bytes that its reader reads as the same.
"""
