"""Datelines: where and when the copy was written, and for whom.

find           the dateline that a text begins with, that a line or a field is
forms          what each form needs beside its pattern (patterns), by parts that they share
with_agency    the commonest of them: BRUSSELS (Reuters) –             dates   the date in one
east           the forms of Chinese, Japanese, Korean and Arabic copy
surroundings   what the rest of the item says of the place and the agency
"""
