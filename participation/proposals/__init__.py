"""Goals and measures, and what became of them."""
