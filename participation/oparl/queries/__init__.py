"""Reading what is public, and the register of what has been published."""
