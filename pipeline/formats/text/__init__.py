"""Text out of bytes and markup: encoding, HTML, paragraphs, blanks; and plain wire copy."""
