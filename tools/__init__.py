"""What the repository makes out of its own code and data.

generate        the one command: writes or checks everything below
settings_table  the table of settings
rooms_tables    the tables of topics, memory and rights
formats_table   where each field of a payload goes
alerts_table    what a rule of alert may ask for
members_table   the members of the published records
compose         the parts of docker-compose.yml that follow from the tables
kubernetes      deploy/kubernetes
patiently       runs a command of the installation, and shows that it goes on
gazetteer       the packaged gazetteer, out of GeoNames; run by hand
"""
