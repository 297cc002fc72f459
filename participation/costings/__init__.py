"""What a measure costs, with history."""
