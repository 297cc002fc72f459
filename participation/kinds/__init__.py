"""Five doors, one per body, each independent of the others."""
