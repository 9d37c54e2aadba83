"""The board: pages for editors, served from a view of the topics.

store    the file: positions and rows in one transaction; the queries of the pages
reader   the thread that reads the topics into the file
access   who may see and do what: sessions, tokens, origins
views    rows as what a page shows
pages    the pages and forms
events   what changed, pushed to browsers
serve    all of it as one process
"""
