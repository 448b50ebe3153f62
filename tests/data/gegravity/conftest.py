"""What pytest leaves alone here."""

collect_ignore = ["make.py"]  # needs gegravity, which is in no environment of ours
