"""A module a noun: the pages."""
