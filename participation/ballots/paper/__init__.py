"""Ballots on paper: sheets that are printed, received before the close, typed in by two people and cast in the one box.

A sheet has two parts. The part that is handed in bears the sheet's number and its mark (rounds.codes.mark_text), which
proves that the sheet is ours and lets nobody vote. The part that the voter keeps bears a participation code. The
participant is that code: whoever has it is one participant with one ballot, on paper or online, because the key of the
box decides. A sheet whose code has already voted online is set aside and said to be so; it counts once. Once a sheet
was received its code votes and changes nothing online, and stays valid: whoever printed the codes has seen them.

A sheet counts if it was noted as received while the round was open. Two people then type it in, each without seeing
what the other typed. If both typed the same, the ballot goes into the box in the same transaction and both entries are
deleted. If not, both see where they differ, and the sheet waits until one of them has typed it anew and the other says
the same. This may go on after the close, until somebody asks for the conclusion. What cannot be typed in is set aside
with a reason, by the same two people in the same way; nobody repairs a ballot.

Who can read what until a sheet is cast. An entry is what a sheet says, beside the sheet's number, so it is worth as
much as a ballot beside its voter's code. It is therefore sealed with a key that is derived from the round's secret
(sealing), and lies in the database as unreadable as the keys of the box:

- The two people who typed a sheet can read both of its entries once there are two, through the program.
- Nobody else can through the program: neither who runs the round nor who runs the site.
- Whoever holds both the database and the round's key could read the entries that wait, as they could tell whose ballot
  is whose. A backup has no keys, so it tells who typed which sheet and not what; once the key is destroyed with the
  conclusion, nobody can read an entry that an old backup still holds.
- The paper itself says it all to whoever holds it. Without the voter's part it does not name the code.

Entries have no time. That somebody noted, typed, cast or set aside a sheet, and when, stands in the audit log by the
sheet's number and never with what it says. Entries go with the cast, with setting aside, and at the latest with the
conclusion, which is refused while received sheets wait.
"""
