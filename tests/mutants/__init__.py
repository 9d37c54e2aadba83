"""Mutants of the core: does a test fail when a line of it is wrong?"""
