"""Other programs that do the same, side by side with us."""
