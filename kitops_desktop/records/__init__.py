"""What the program remembers, in SQLite files that are never needed for a job to succeed."""
