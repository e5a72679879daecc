"""Who noticed whom: endorsements, and what others said."""
