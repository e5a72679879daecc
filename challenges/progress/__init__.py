"""What a person sees of themself. Pure; writes nothing."""
