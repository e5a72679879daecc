"""Sessions, transactions and the schema of the one database."""
