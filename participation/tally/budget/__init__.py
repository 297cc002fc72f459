"""What fits the money: from a ranking or from ballots to the measures that are paid for.

    instances   what can be bought, for how much, with how much money
    ties        how equals are told apart: named rules, each a part of the result
    reasons     why: a table from codes to sentences, and amounts in words
    outcomes    what comes out: decisions in order, ties that mattered, what explains them
    greedy      down the ranking while the money lasts, with and without skipping
    electorate  who has money of their own under equal shares: bodies, their weights, their voters
    purses      what every voter still has, as floats to find things and in whole numbers to decide
    market      one purchase after the other from the supporters' money
    completion  Add1: more money for everybody, step by step, while the outcome can be paid for
    shares      the Method of Equal Shares: bodies, completion, filling up, comparison
    ledger      the money of several years: what is granted, spent, carried over and lapses
    years       a ranking and envelopes of several years: what starts when
    rules       the rules by name

Amounts are whole numbers or Fractions of any one unit; the plan over years counts integer cents. Nothing that
is decided here rests on a float.
"""
