"""The ground every table stands on."""
