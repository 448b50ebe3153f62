"""The questions, one a file: Params, Result, function."""
