"""Tables as people hand them in: every kind of CSV and Excel file, its columns and its cells."""
