"""Sign-offs: who reported, who edited, and the line with which an agency ends its copy.

whole_lines   a paragraph of its own            endings            behind the last sentence of one
roles         Reporting by A; Editing by B      role_lists         roles and names in any order
credit_sentences  A and B contributed to this report.
end_lines     hh/ph/ts, (END), ABC // DE, by what each word is (end_words) or as one agency writes (end_manners)
sign_off      what each of these says
by_form       last lines that are weighed by their form and what the item says (signs, copy_above)
names_alone   names and initials for by_form    own_names          how the copy writes its agency
"""
