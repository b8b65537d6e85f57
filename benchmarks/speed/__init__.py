"""How fast it is, beside other libraries and beside what the machine can do at most."""
