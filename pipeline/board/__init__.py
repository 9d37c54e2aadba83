"""The board's view of the topics: which records become which rows of an SQLite file.

tables   the tables, their bounds, and the statements that keep them so
rows     a record as the statements that it asks for, with their values

Nothing here opens a file or knows a clock: runtime/board does (docs/adr/0020-the-board-is-a-view.md).
"""
