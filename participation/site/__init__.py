"""Pages composed from several rooms: start, process, a proposal with what became of it, dashboard."""
