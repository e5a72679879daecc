"""Tables as files for spreadsheets: CSV and Excel, from the same value as a page."""
