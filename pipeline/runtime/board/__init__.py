"""The board: pages for editors, served from a view of the topics.

store        the file: positions and rows in one transaction
reader       the thread that reads the topics into the file
access       who may see and do what: sessions, tokens, origins
guard        what every request passes, and the headers of every answer
views        rows as what a page shows
environment  the templates, and what they may do with a value
render       a page out of its template
forms        who logs in, and what an editor decides
pages        a row a view, and the application that serves them
events       what changed, pushed to browsers
held         what is held, out of the journal of resolve
figures      its health, and what Prometheus reads
serve        all of it as one process
"""
