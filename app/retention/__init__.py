"""How long words of people are kept, and how they are emptied and disclosed."""
