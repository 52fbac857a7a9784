"""What scenarios stand on: a fleet of their own, Haetae installed on it, reads, counted writes, checks."""
