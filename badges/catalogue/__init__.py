"""Badges as files, as rows, and as the read model that pages and awarding use."""
