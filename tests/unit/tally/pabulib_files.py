"""Small .pb files of every vote type, and ways to change them."""

import io

from participation.tally.formats.pabulib import PabulibFile
from participation.tally.formats.pabulib_reading import read_pabulib

APPROVAL = """\
META
key;value
description;Bürgerhaushalt Lindenhafen
num_projects;3
num_votes;3
budget;2500
vote_type;approval
rule;greedy
min_length;1
max_length;2
PROJECTS
project_id;cost;votes;name;category;selected
1;600;2;Łąka kwietna;culture,education;1
2;1800.50;2;Bänke;;1
4;1400;1;"Rampe; neu";sport;0
VOTES
voter_id;age;vote;sex
a;34;1,2;F
b;51;2;M
c;;1,4;
"""

CUMULATIVE = """\
META
key;value
num_projects;2
num_votes;2
budget;100
vote_type;cumulative
rule;greedy
max_sum_points;10
PROJECTS
project_id;cost;votes;score
LET/1;60;2;13
LET/2;50;1;4
VOTES
voter_id;vote;points
v1;LET/1,LET/2;6,4
v2;LET/1;7
"""

ORDINAL = """\
META
key;value
num_projects;3
num_votes;2
budget;100
vote_type;ordinal
rule;greedy
PROJECTS
project_id;cost;votes;score
x;60;2;5
y;50;1;3
z;10;1;1
VOTES
voter_id;vote
v1;x,z
v2;y,x
"""


def read(text: str | bytes) -> PabulibFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_pabulib(io.BytesIO(data), name="x.pb")
