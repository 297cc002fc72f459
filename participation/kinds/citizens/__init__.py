"""The citizens' workshop takes part with participation codes."""
