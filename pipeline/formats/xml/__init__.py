"""The formats in XML: NewsML-G2, NewsML 1.2, NITF; and how a document is loaded and searched."""
