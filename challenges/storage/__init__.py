"""What every table and statement is built on."""
