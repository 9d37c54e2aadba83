"""The demo: a broker, the rooms, sample wires, and a view of the result."""
