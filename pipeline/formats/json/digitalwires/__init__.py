"""dpa digitalwires."""
