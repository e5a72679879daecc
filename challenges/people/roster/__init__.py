"""The personnel list: read from a CSV file, compared with the database, applied to it."""
