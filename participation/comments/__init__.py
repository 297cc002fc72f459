"""Comments on proposals, threaded one level, and decisions of moderation."""
