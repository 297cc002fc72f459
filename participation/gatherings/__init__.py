"""The bodies meet: sessions with agenda and minutes, workshop days with tables and notes, assisted sessions."""
