"""What pytest leaves alone here."""

collect_ignore = ["make.py"]  # needs pandapipes, which is in no environment of ours
