"""RESOLVE: which dispatch is this, and is it still good?

Orders the revisions of a dispatch, obeys kills in any order of arrival, holds what is embargoed, and pins the
language that the later rooms are sharded by.
"""
