"""ROUTE: which desk, and when?

routes.yaml  who gets what: the editors' file     rules   the file, checked    hours    quiet hours and digests
tree         which routes an alert takes          state   what is remembered   work     one record: send, keep, wait
messages     the notification and its record      controls  what an editor asks, and what becomes of it
room         alerts, ticks and controls
"""
