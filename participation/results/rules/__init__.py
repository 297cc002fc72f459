"""What results are made of, without a database: documents and their hashes, small groups, snapshots, declarations."""
