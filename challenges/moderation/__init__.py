"""What happens when words go wrong: they are reported, masked, opened, or passed on."""
