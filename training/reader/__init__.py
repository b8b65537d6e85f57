"""The recipe of the shipped reader: `python -m training.reader --help`."""
