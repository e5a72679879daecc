"""The personnel list: read, compared with what is known, applied."""
