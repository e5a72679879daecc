"""The challenges: definitions in files, rows in the database, and the read model for pages."""
