"""The languages of every screen and every text of the catalogue. Japanese is the first."""

LANGUAGES = ("ja", "en")
