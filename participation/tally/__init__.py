"""From ballots to a ranking: pure mathematics, exact, without a database or a web framework.

The way of a count, one module a step:

    kinds         the four ballot kinds and how each is read as a weak order
    ballots       contents as people cast them -> a Profile of integer arrays; faults are named, never repaired
    kernels       integer arrays -> pairwise counts, fast
    counts        PairwiseCounts: what a round publishes; they add up over batches, processes and machines
    mentions      figures shown beside the counts: shares of approval, mean scores and points
    scoring       win rates and shared ranks
    joint         several rounds and their declared weights -> one score; goals that carry over to measures
    margins       majority margins of one body or of several with their weights
    condorcet     whether one option beats every other one
    schulze       the rule of Schulze by margins
    kemeny        the order that overrules the least of the majorities
    grades        how many ballots give which score, and the median of them
    rules         all rules by name
    agreement     how far rankings agree, and what each body moves
    draws         random numbers that anybody can draw again: SHA-256 in counter mode
    contributions what each ballot contributes to the win rates; rows of few ballots, sums of many
    moments       those sums, and the covariance of the win rates
    bootstrap     what the scores of a round, or of several, might have been
    crossings     where two options change places while one weight moves
    weights       how far a body's weight could move before an outcome changes
    disagreement  which options one body places high and another one low
    bands         between which ranks an option lies, and what the ballots cannot tell apart
    budget        what fits the money: rules from a ranking or from ballots, and plans over years
    exact         fractions as text, and back; rounding for display
    declarations  what a round asked, as a file declares it
    jsonlines     our own file of ballots: reading and writing
    formats       the files of others: Pabulib, PrefLib, ABIF, and a table of ballots
    file_bands    bands for ballots from a file
    statement     what the command line prints

Everything that decides an order is an integer or a Fraction. The same ballots give the same scores and shared
ranks, in any order of arrival, on every machine. What the win rate is, why it was chosen and which properties
it has is in the docstring of scoring.
"""

from typing import Final

METHOD_VERSION: Final = "win-rate/1"
"""Name and number of the counting method; it changes when equal ballots would give other figures."""
