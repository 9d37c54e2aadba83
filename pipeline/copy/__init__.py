"""The words of the wire: plain copy in, story and furniture out.

read        the whole: headline, paragraphs, everything recognised       reading
damage      what broke on the way          headlines   UPDATE 2-, Eil:, KILL KILL KILL
datelines   BRUSSELS (Reuters) –           signoffs    (Reporting by …), By …
embargoes   Sperrfrist …                   furniture   copyright, credits, boilerplate, change notes
lines       furniture as whole lines       nonpublic   what must not leave      notes   what was found
agencies, gazetteer, names: the tables     folding     when two spellings are one word
words, stopwords: the word lists of labels and terms      terms   the number of a term
"""

from pipeline.copy.reading import Read, read

__all__ = ["Read", "read"]
