"""Who, where, from when to when, and what they allow."""
