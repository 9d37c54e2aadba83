"""All rooms on one machine, under a supervisor."""
