"""After the decision: where each measure stands, the steps that follow, and who wants to be told."""
