"""Kemeny's rule: the order that overrules the least of the majorities, exact.

An order overrules a majority if it places the minority's option first; what it costs is the sum of the margins
that it overrules, which is least for the same orders as Kemeny's distance, the number of pairs in which ballots
and order disagree (J. G. Kemeny, Mathematics without numbers, Daedalus 88, 1959; H. P. Young and A. Levenglick,
A consistent extension of Condorcet's election principle, SIAM Journal on Applied Mathematics 35, 1978). Margins
may be weighted over several bodies. The consensus over bodies' rankings themselves, which hands everything to a
body with more than half of the weight, is another rule.

The way of a consensus, one module a step:

    orders        what an order costs, and better orders by moving one option
    groups        options that no optimal order mixes, found without searching
    subsets       small groups, by dynamic programming over sets of options
    relaxation    large groups: the linear programme on HiGHS, and bounds checked in integers
    search        branch and bound on it
    consensus     all of it together, and what is known about other optimal orders

Finding the order is hard in general (NP-hard from four ballots on; Dwork et al., Rank aggregation methods for
the web, WWW10, 2001). So a search has a time limit, and beyond it says the best order found and a bound.
"""

from participation.tally.kemeny.consensus import Consensus, kemeny

__all__ = ["Consensus", "kemeny"]
