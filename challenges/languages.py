"""The languages in which everything is written: each text of the catalogue, each screen. Japanese
is the first."""

LANGUAGES = ("ja", "en")
