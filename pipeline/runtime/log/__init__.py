"""The log as a room needs it: its port, the journal, the task of a partition, and a model of it in memory."""
