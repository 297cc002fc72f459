"""What holds for money over years and for plans, without a database."""
