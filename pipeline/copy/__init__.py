"""Copy as agencies write it: plain text in; the story, and everything that is not the story, out.

reading     the whole of it: headline, paragraphs, what was recognised       story_head, story_foot  its edges
damage      characters that broke on the way, repaired
headlines   a headline without its tags      headline_tags  the table: UPDATE 2-, Eil:, KILL KILL KILL
datelines   BRUSSELS (Reuters) –             locations      which city, region and country that is
datelines_east  新华社北京28日电, 【東京共同】, (서울=연합뉴스)
surroundings    what else names the place        towns      small ones, for datelines alone
signoffs    (Reporting by …), hh/ph/ts      bylines     By …      names          people in a list
by_form     last lines told by their form and the item, whatever their words     writers     who wrote it, below it
names_alone     names that are a last line           own_names       how the copy writes its agency
sentences   where a sentence ends            credit_sentences  A and B contributed to this report.
end_lines   hh/ph/ts, (END), ABC // DE       signing        agencies that sign as no other does
role_lists  who did what, in brackets        contacts       addresses of the agency        stamps  when it was sent
trade       lines about the copy: its words (trade_words), links (trade_links), what shows it (trade_shows)
furniture   copyright, credits, rules        change_notes   (Adds details)
round_ups   several stories in one text
boilerplate lines known word for word        lines          whole lines that are furniture
findings    what has been recognised so far
gazetteer: tables of places
"""

from pipeline.copy.reading import CleanCopy, read_copy

__all__ = ["CleanCopy", "read_copy"]
