"""File formats: what is read into a model and written from one."""
