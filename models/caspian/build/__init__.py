"""Scripts that build the model folder `caspian` from the facts."""
