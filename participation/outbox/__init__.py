"""Work for after the commit: a row in the same transaction, leased and run by a worker."""
