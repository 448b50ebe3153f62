"""Functions over models, files and analyses: what is asked of several at once."""
