"""People, organisations, departments, roles per process, sign-in, sessions and API tokens."""
