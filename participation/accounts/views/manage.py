"""What is one's own."""
