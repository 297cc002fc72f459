"""What fits the money: envelopes of several years, and plans that say which measure starts when and why."""
