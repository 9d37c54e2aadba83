"""Places: which city, region and country a name is.

gazetteer    the tables of cities, regions and countries         towns   small towns, for datelines alone
locations    what a dateline says before its date and agency: `CHATHAM, Mass.`
"""
