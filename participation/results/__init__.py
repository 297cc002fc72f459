"""Concluding rounds, snapshots of results, joint rankings and their exports."""
