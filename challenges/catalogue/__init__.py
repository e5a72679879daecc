"""What there is to climb: definitions in files, rows in the database, and the published read
model."""
