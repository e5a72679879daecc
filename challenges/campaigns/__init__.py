"""Campaigns: a dated selection of challenges for an audience, from the draft to what was learnt."""
