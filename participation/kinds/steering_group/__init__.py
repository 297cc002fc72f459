"""The steering group admits, merges, splits or declines proposals."""
