"""Datelines: every form of the wires, and what only looks like one."""

from __future__ import annotations

import pytest

from pipeline.copy.datelines.find import dateline_alone, find_dateline, read_dateline_field
from pipeline.copy.datelines.surroundings import Surroundings
from pipeline.copy.places import gazetteer
from pipeline.values.agencies import agency_of_code

# written: city, region, country code, date, agency
FORMS = {
    "LOMSK, N.Y. & PARIS--(BUSINESS WIRE)--": ("Lomsk", "New York", "US", None, "businesswire"),
    "BERGEN & PARIS, France--(BUSINESS WIRE)--": ("Bergen", None, "NO", None, "businesswire"),
    "BERGEN, PARIS and ROME, Jan. 2, 2022 /PRNewswire/ -- ": ("Bergen", None, "NO", "Jan. 2, 2022", "prnewswire"),
    "PORT OF SPAIN, Trinidad and Tobago (AP) — ": ("Port of Spain", None, "TT", None, "ap"),
    "BRUSSELS (Reuters) – ": ("Brussels", None, "BE", None, "reuters"),
    "Brussels, Belgium - ": ("Brussels", None, "BE", None, None),
    "Brüssel (dpa) - ": ("Brussels", None, "BE", None, "dpa"),
    "Jan 3 (Reuters) - ": (None, None, None, "Jan 3", "reuters"),
    "(CNN) -- ": (None, None, None, None, "cnn"),
    "Reuters - ": (None, None, None, None, "reuters"),
    "CHATHAM, Mass. (AP) _ ": ("Chatham", "Massachusetts", "US", None, "ap"),
    "STOCKHOLM, Aug 29, 2014 (AFP) - ": ("Stockholm", None, "SE", "Aug 29, 2014", "afp"),
    "Paris, 21 jan 2019 (AFP) - ": ("Paris", None, "FR", "21 jan 2019", "afp"),
    "San Diego (tca/dpa) - ": ("San Diego", "California", "US", None, "tca"),
    "Peine (dpa/lni) - ": ("Peine", None, "DE", None, "dpa"),
    "MADRID, 21 Nov. 2024 (Europa Press) - ": ("Madrid", None, "ES", "21 Nov. 2024", "europapress"),
    "Madrid, 12 ene (EFE).- ": ("Madrid", None, "ES", "12 ene", "efe"),
    "MOSCOW, January 12. /TASS/. ": ("Moscow", None, "RU", "January 12", "tass"),
    "København /ritzau/: ": ("Copenhagen", None, "DK", None, "ritzau"),
    "MOSCOW. Jan 12 (Interfax) - ": ("Moscow", None, "RU", "Jan 12", "interfax"),
    "(ANSA) - ROMA, 12 GEN - ": ("Rome", None, "IT", "12 GEN", "ansa"),
    "New Delhi, Jan 12 (PTI) ": ("New Delhi", None, "IN", "Jan 12", "pti"),
    "BEIJING, Jan. 12 (Xinhua) -- ": ("Beijing", None, "CN", "Jan. 12", "xinhua"),
    "NORRBO, Ohio--(BUSINESS WIRE)--Dec 5, 2024--": ("Norrbo", "Ohio", "US", "Dec 5, 2024", "businesswire"),
    "NORRBO--(BUSINESS WIRE)--": ("Norrbo", None, None, None, "businesswire"),
    "NORRBO, OH / ACCESSWIRE / December 5, 2024 / ": ("Norrbo", "Ohio", "US", "December 5, 2024", "accesswire"),
    "Norrbo (Norway) (AFP) - ": ("Norrbo", None, "NO", None, "afp"),
    "Norrbo (Norvège) (AFP) - ": ("Norrbo", None, "NO", None, "afp"),
    "Norrbo (Norwegen) (dpa) - ": ("Norrbo", None, "NO", None, "dpa"),
    "Norrbo (Noruega), 3 mar (EFE).- ": ("Norrbo", None, "NO", "3 mar", "efe"),
    "نوربو (النرويج) (أ ف ب) - ": ("نوربو", None, "NO", None, "afp"),
    "Málaga (España), 3 mar (EFE).- ": ("Málaga", None, "ES", "3 mar", "efe"),
    "Göteborg (TT): ": ("Gothenburg", None, "SE", None, "tt"),
    "NORRBY, March 3 (Nordpress) - ": ("Norrby", None, None, "March 3", "Nordpress"),
    "NORRBY, Norland, 3 March 2021 (NN) -- ": ("Norrby", "Norland", None, "3 March 2021", "NN"),
    "Budapest, 2022. január 12., szerda (MTI) - ": ("Budapest", None, "HU", "2022. január 12., szerda", "mti"),
    "Helsinki, 12.1. (STT) - ": ("Helsinki", None, "FI", "12.1", "stt"),
    "Tel Aviv/Beirut (dpa) - ": ("Tel Aviv", None, "IL", None, "dpa"),
    "WASHINGTON/BRUSSELS, Jan 12 (Reuters) - ": ("Washington", "District of Columbia", "US", "Jan 12", "reuters"),
    "GAZA CITY, Gaza Strip (AP) - ": ("Gaza", "Gaza Strip", "PS", None, "ap"),
    "DENVER — ": ("Denver", "Colorado", "US", None, None),
    "TAMPA, FL - ": ("Tampa", "Florida", "US", None, None),
    "OAKFIELD, Ohio — ": ("Oakfield", "Ohio", "US", None, None),  # too small for the gazetteer; the state vouches
    "Berlin - ": ("Berlin", None, "DE", None, None),
    "SAITAMA, Japan, Dec. 9 Kyodo - ": ("Saitama", None, "JP", "Dec. 9", "kyodo"),
    "MELBOURNE, March 3 AAP – ": ("Melbourne", None, "AU", "March 3", "aap"),
    "BRUXELLES 23/07 (AFP-DPA-REUTER) = ": ("Brussels", None, "BE", "23/07", "afp"),
    "Paris (ats afp) ": ("Paris", None, "FR", None, "keystone-sda"),
    "Berlin (KNA) ": ("Berlin", None, "DE", None, "kna"),
    "LONDON, Feb. 1, 2017 /PRNewswire-AsiaNet/ -- ": ("London", None, "GB", "Feb. 1, 2017", "prnewswire"),
    "القاهرة (رويترز) - ": ("Cairo", None, "EG", None, "reuters"),
    "بيروت 4 مارس آذار (رويترز) - ": ("Beirut", None, "LB", "4 مارس آذار", "reuters"),
    "باريس, 4-3-2024 (أ ف ب) - ": ("Paris", None, "FR", "4-3-2024", "afp"),
    "برلين 4 كانون الثاني/يناير (د ب ا) - ": ("Berlin", None, "DE", "4 كانون الثاني/يناير", "dpa"),
    "القاهرة في 4 مارس /أ ش أ/ ": ("Cairo", None, "EG", "في 4 مارس", "mena"),
    "الدوحة في 04 مارس /قنا/ ": ("Doha", None, "QA", "في 04 مارس", "qna"),
    "الكويت - 4 - 3 (كونا) -- ": (None, None, "KW", "4 - 3", "kuna"),
    # No table has these places: the date, the brackets or the agency's own manner show them.
    "TALLINN, 16. detsember, BNS - ": ("Tallinn", None, "EE", "16. detsember", "bns"),
    "Rīga, 16. decembris, LETA - ": ("Riga", None, "LV", "16. decembris", "leta"),
    "ABU DHABI, 16th December, 2021 (WAM) -- ": ("Abu Dhabi", None, "AE", "16th December, 2021", "wam"),
    "(Norrbo, 16 de diciembre-Télam).- ": ("Norrbo", None, None, "16 de diciembre", "telam"),
    "(ANSA) - L'ORSA, 16 DIC - ": ("L'Orsa", None, None, "16 DIC", "ansa"),
    "(AGI) - Norrbo, 16 dic. - ": ("Norrbo", None, None, "16 dic", "agi"),
    "Norrbo, 16 dec /Agerpres/ - ": ("Norrbo", None, None, "16 dec", "agerpres"),
    "Norrbo /ritzau/ - ": ("Norrbo", None, None, None, "ritzau"),
    "(Belga) ": (None, None, None, None, "belga"),
    "НОРРБО. КАЗИНФОРМ - ": ("Норрбо", None, None, None, "kazinform"),
    "Norrbo (Uttarakhand) [India], December 18 (ANI): ": ("Norrbo", None, "IN", "December 18", "ani"),
    "KUALA NORRBO, 18 Dis (Bernama) -- ": ("Kuala Norrbo", None, None, "18 Dis", "bernama"),
    "Stavanger (NTB): ": ("Stavanger", None, "NO", None, "ntb"),
    "ODENSE (RITZAU): ": ("Odense", None, "DK", None, "ritzau"),
    "Norrbo, New Jersey (CNN) ": ("Norrbo", "New Jersey", "US", None, "cnn"),
    "EL NORRBO (AP) - ": ("El Norrbo", None, None, None, "ap"),
    "NORRBO, News, July 07, 2020 (GLOBE NEWSWIRE) -- ": ("Norrbo", "News", None, "July 07, 2020", "globenewswire"),
    "Norrbo (dpa) - ": ("Norrbo", None, None, None, "dpa"),
    "Norrbo FR (ats) ": ("Norrbo", None, "CH", None, "keystone-sda"),
    "Norrbo FR (ats) - ": ("Norrbo", None, "CH", None, "keystone-sda"),
    # Towns of the country of the agency, or of its neighbours; an everyday word is none.
    "Førde (NTB): ": ("Førde", None, "NO", None, "ntb"),
    "Mo i Rana (NTB): ": ("Mo i Rana", None, "NO", None, "ntb"),
    "Alta (NTB): ": ("Alta", None, "NO", None, "ntb"),  # not Alberta
    "HARSTAD (NTB-Kari Vik): ": ("Harstad", None, "NO", None, "ntb"),
    "Rena, 12. januar (NTB): ": ("Rena", None, "NO", "12. januar", "ntb"),
    "Arvika (NTB): ": ("Arvika", None, "SE", None, "ntb"),
    "Aarhus (Ritzau): ": ("Aarhus", None, "DK", None, "ritzau"),
    "Thisted /ritzau/: ": ("Thisted", None, "DK", None, "ritzau"),
    "Arvika /TT/ ": ("Arvika", None, "SE", None, "tt"),
    "Åbo (FNB) ": ("Åbo", None, "FI", None, "fnb"),
    "Altötting (KNA) ": ("Altötting", None, "DE", None, "kna"),
    "Bad Hersfeld/Fulda (epd). ": ("Bad Hersfeld", None, "DE", None, "epd"),
    "Locarno (ats) ": ("Locarno", None, "CH", None, "keystone-sda"),
    "Biel (sda) ": ("Biel", None, "CH", None, "keystone-sda"),
    "Žiar nad Hronom 12. januára (TASR) - ": ("Žiar nad Hronom", None, "SK", "12. januára", "tasr"),
    "St. Gallen (sda) ": ("St. Gallen", None, "CH", None, "keystone-sda"),
    "Sankt Gallen (sda) ": ("Sankt Gallen", None, "CH", None, "keystone-sda"),
    # Exonyms: what a city is called in the language of the agency.
    "Bryssel (TT) ": ("Brussels", None, "BE", None, "tt"),
    "BRUXELAS (Lusa) – ": ("Brussels", None, "BE", None, "lusa"),
    "Bruksela, 3 marca (PAP) - ": ("Brussels", None, "BE", "3 marca", "pap"),
    "Rzym (KAI) - ": ("Rome", None, "IT", None, "kai"),
    "Viin (BNS) - ": ("Vienna", None, "AT", None, "bns"),
    "Bryssel, Belgien (TT) ": ("Brussels", None, "BE", None, "tt"),
    "Vatikanstadt (KNA) ": ("Vatican City", None, "VA", None, "kna"),
    "CITTA' DEL VATICANO (ANSA) - ": ("Vatican City", None, "VA", None, "ansa"),
    "Лиссабон, 3 мар — РИА Новости. ": ("Lisbon", None, "PT", "3 мар", "ria"),
    "मॉस्को, 3 मार्च (भाषा) ": ("Moscow", None, "RU", "3 मार्च", "pti"),
    # Forms of their own.
    "Bad Norrbo v. d. Höhe (dpa/lhe) - ": ("Bad Norrbo v. d. Höhe", None, None, None, "dpa"),
    "Norrbo, 1er févr 2026 (AFP) - ": ("Norrbo", None, None, "1er févr 2026", "afp"),
    "NORRBO, January 5/2026 (ENA) - ": ("Norrbo", None, None, "January 5/2026", "ena"),
    "КИЇВ, 5 січня 2026 р. /Укрінформ/. ": ("Kyiv", None, "UA", "5 січня 2026 р", "ukrinform"),
    "Астана. 5 қаңтар. ҚазАқпарат - ": ("Astana", None, "KZ", "5 қаңтар", "kazinform"),
    "МІНСК, 5 студзеня /БЕЛТА/ - ": ("Мінск", None, None, "5 студзеня", "belta"),
    "Kaunas, gruodžio 12 d., BNS. ": ("Kaunas", None, "LT", "gruodžio 12 d", "bns"),
    "RĪGA, 5. janv., LETA. ": ("Riga", None, "LV", "5. janv", "leta"),
    "Баку, 5 января, АЗЕРТАДЖ ": ("Baku", None, "AZ", "5 января", "azertac"),
    "Hà Nội, ngày 5/1 (TTXVN) - ": ("Hà Nội", None, None, "ngày 5/1", "vna"),
    "Nkawkaw (E/R), Jan. 12, GNA - ": ("Nkawkaw", None, "GH", "Jan. 12", "gna"),
    "ЖИТОМИР. 12 січня. УНІАН. ": ("Житомир", None, None, "12 січня", "unian"),
    "12 января, Лида /Корр. БЕЛТА/. ": ("Лида", None, None, "12 января", "belta"),
    "ILOILO CITY – ": ("Iloilo", None, "PH", None, None),
    "КИРОВО-ЧЕПЕЦК /Кировская область/, 25 января. /ТАСС/. ": (
        "Кирово-Чепецк",
        "Кировская область",
        None,
        "25 января",
        "tass",
    ),
    "(ANSA) - NORRBO (RIETI), 25 GEN - ": ("Norrbo", "Rieti", None, "25 GEN", "ansa"),
    "AGI - ": (None, None, None, None, "agi"),
    "BİTLİS, (DHA) - ": ("Bitlis", None, None, None, "dha"),
    "KIRŞEHİR (İHA) - ": ("Kırşehir", None, None, None, "iha"),
    "ORAN- ": ("Oran", None, "DZ", None, None),
    "HAWTHORNE (KXYZ.com) — ": ("Hawthorne", "California", "US", None, "KXYZ.com"),
    "BRISBANE, AAP - ": ("Brisbane", None, "AU", None, "aap"),
    "Köln, KNA – ": ("Cologne", None, "DE", None, "kna"),
    "ACN Girona.- ": ("Girona", None, "ES", None, "acn"),
    "Tirana, 13 nov 11:20 - (Agenzia Nova) - ": ("Tirana", None, "AL", "13 nov", "nova"),
    "DUBAI, 3 March 10.20 (WAM) -- ": ("Dubai", None, "AE", "3 March", "wam"),
    "Vejle, torsdag /ritzau/ ": ("Vejle", None, "DK", "torsdag", "ritzau"),
    "LONDON, Thursday (PA) - ": ("London", None, "GB", "Thursday", "pa"),
    "SYDNEY, Thursday - ": ("Sydney", None, "AU", "Thursday", None),
    "KAIKOURA, NZ Newswire - ": ("Kaikoura", None, None, None, "nzn"),
    "NEW YORK, Xinhua News Agency - ": ("New York", "New York", "US", None, "xinhua"),
    "HONG KONG, Nov. 13, Media OutReach Newswire - ": ("Hong Kong", None, "HK", "Nov. 13", "mediaoutreach"),
    "HONG KONG, Nov 13, 2025 - (ACN Newswire) - ": ("Hong Kong", None, "HK", "Nov 13, 2025", "acnnewswire"),
    "TORONTO--(Newsfile Corp. - November 13, 2025) - ": ("Toronto", None, "CA", "November 13, 2025", "newsfile"),
    "YEREVAN, NOVEMBER 13, ARMENPRESS. ": ("Yerevan", None, "AM", "NOVEMBER 13", "armenpress"),
    "RĪGA, 6.maijs, LETA. ": ("Riga", None, "LV", "6.maijs", "leta"),
    "Baku, March 3, AZERTAC ": ("Baku", None, "AZ", "March 3", "azertac"),
    "София, 3 март /Ана Костова, БТА/. ": ("Sofia", None, "BG", "3 март", "bta"),
    "SHERBROOKE, Qc — ": ("Sherbrooke", "Quebec", "CA", None, None),
    "DIEPPE, N.-B. — ": ("Dieppe", "New Brunswick", "CA", None, None),
    "Baku, November 13, Trend News Agency. ": ("Baku", None, "AZ", "November 13", "trend-az"),
    "Tashkent. November 13. UzA. ": ("Tashkent", None, "UZ", "November 13", "uza"),
    "(DIRE) Roma, 13 nov. - ": ("Rome", None, "IT", "13 nov", "dire"),
    "(dpa) Berlin, 13. November - ": ("Berlin", None, "DE", "13. November", "dpa"),
    "MADRID, 8 (EUROPA PRESS) - ": ("Madrid", None, "ES", "8", "europapress"),
    "MADRID, 8 (EUROPA PRESS) ": ("Madrid", None, "ES", "8", "europapress"),
    "Rabat, 11/09/2026 (MAP) - ": ("Rabat", None, "MA", "11/09/2026", "map"),
    "Rabat 11/09/26 (MAP) - ": ("Rabat", None, "MA", "11/09/26", "map"),
    "Frankfurt (Oder) (dpa/bb) - ": ("Frankfurt", "Oder", "DE", None, "dpa"),
    "Cluj-Napoca, 14 iul. (Agerpres) - ": ("Cluj-Napoca", None, "RO", "14 iul", "agerpres"),
    "Warszawa, 3 paź. (PAP) - ": ("Warsaw", None, "PL", "3 paź", "pap"),
    "İSTANBUL, 3 Ağu (AA) - ": ("Istanbul", None, "TR", "3 Ağu", "anadolu"),
    "Budapest, 2026. jún. 3. (MTI) - ": ("Budapest", None, "HU", "2026. jún. 3", "mti"),
    "Oulu, STT ": ("Oulu", None, "FI", None, "stt"),
    "MALMÖ TT ": ("Malmö", None, "SE", None, "tt"),
    "Arvika/TT ": ("Arvika", None, "SE", None, "tt"),
    "Oslo/NTB – ": ("Oslo", None, "NO", None, "ntb"),
    "Томск. 12 марта. ИНТЕРФАКС-СИБИРЬ - ": ("Tomsk", None, "RU", "12 марта", "interfax"),
    "Владивосток. 3 мая. ИНТЕРФАКС-ДАЛЬНИЙ ВОСТОК - ": ("Vladivostok", None, "RU", "3 мая", "interfax"),
}

AMBIGUOUS = {
    "PARIS (AP) — ": ("Paris", "FR"),
    "PARIS, Texas (AP) — ": ("Paris", "US"),
    "LONDON, Ontario — ": ("London", "CA"),
    "LONDON — ": ("London", "GB"),
    "TBILISI, Georgia (AP) — ": ("Tbilisi", "GE"),
    "ATLANTA, Georgia (AP) — ": ("Atlanta", "US"),
    "BIRMINGHAM, Ala. (AP) — ": ("Birmingham", "US"),
    "BIRMINGHAM, England (AP) — ": ("Birmingham", "GB"),
    # A bare name is a town of the agency's own country, but for a capital.
    "Toledo, 5 ene (EFE).- ": ("Toledo", "ES"),
    "TOLEDO, Ohio (AP) — ": ("Toledo", "US"),
    "Valencia, 5 ene (EFE).- ": ("Valencia", "ES"),
    "Valencia (Venezuela), 5 ene (EFE).- ": ("Valencia", "VE"),
    "Córdoba, 5 ene (Télam).- ": ("Córdoba", "AR"),
    "HYDERABAD, Jan 05 (APP): ": ("Hyderabad", "PK"),
    "HYDERABAD, Jan 5 (PTI) ": ("Hyderabad", "IN"),
    "Halle (dpa) - ": ("Halle", "DE"),
    "LONDON (CP) — ": ("London", "GB"),
    "BOSTON (Reuters) - ": ("Boston", "US"),  # not the Boston of Reuters' own country, which is a tenth as large
    "GENEVA (AP) — ": ("Geneva", "CH"),
    "PERTH (Reuters) - ": ("Perth", "AU"),
    "MELBOURNE (AP) — ": ("Melbourne", "AU"),
    "Santiago, 5 ene (EFE).- ": ("Santiago", "CL"),
    # Its accents tell a name from another.
    "San José, 5 ene (EFE).- ": ("San José", "CR"),
    "SAN JOSÉ (AFP) - ": ("San José", "CR"),
    "SAN JOSE (AP) — ": ("San Jose", "US"),
}

NONE = (
    "Rim - Voda je poplavila mesto.",  # an exonym without an agency may be a word
    "Kair - zapadła decyzja",
    "Viin - see on alkohol.",
    "Ines Roca (Vox) (EFE) - The mayor of the town",
    "HOLM & BERGEN (AP) - The shop in the town",
    "ROCA & SONS--(BUSINESS WIRE)--The shop in the town",
    "Norrbo (Holm) (dpa) - The council of the town",
    "Correction (Norway) (AFP) - The council of the town",
    "The envoy (Norway) (AFP) - who left the town",
    "Marta Vesela (Slowakei) - Ines Roca (Italien) 6:4, 6:2",
    "Dilan Perera (cricket) - Former captain of the side",
    "Paris – the capital – is waiting",
    "The file /tass/: one of many",
    "Paris /quay/: no agency",
    "Paris – the capital is waiting",
    "Barcelona – Real Madrid 2-1, after extra time",
    "The Associated Press (AP) - a cooperative",
    "London (AP) said on Monday",
    "SHARES ROSE, March 3 (see table) - They had fallen",
    "SHARES ROSE, March 3 (Q1) - They had fallen",
    "Sales in Norrby, March 3 (Nordpress) - They had fallen",
    "Sanchez (PSOE): We will go",
    "Norrbo (NTB): Skipet er funnet",  # so begins a label, too
    "Norrbo (KNA) Die Orgel klingt wieder.",
    "Statsminister, 3 mars (NTB): Slik begynner talen.",
    "Norrbo, 3. mars (NTB): Slik begynner talen.",
    "Vermisstes (dpa) - so nennt die Redaktion das Stück.",
    "Vermisstes (dpa) - Die Redaktion sucht.",
    "Time (NTB): Klokka går.",  # a town and an hour
    "Wetter (KNA) Die Sonne scheint.",
    "Zug (sda) Der Intercity steht.",
    "Altötting (Reuters) The church",  # the towns of another country
    "Lauterbach (NTB): Vi går.",
    "Arvika TT Nästa",
    "The market (E/R), Jan. 12, GNA - Nobody came",
    "ВІЙНА. 12 січня. РАНОК. Триває",
    "The file 12/Корр. БЕЛТА/. one",
    "MEDICINE CITIES – The list",
    "LINCOLN CITY – Nobody came",  # not Lincoln; only the Philippines call a city so
    "SAR- und MTA-Teams",
    "IISALMI. Hirvi pysäytti junan.",  # nobody signs it
    "Vimperk - Sníh zavřel silnici.",
    "Fråga (TT): Vad gör ni nu?",  # who asks
    "Anna Ek (TT): Jag vet inte",
    "Norrbo (dpa): Was ist da los?",
    "Die Katholische Nachrichten-Agentur (KNA) Bonn ist eine Agentur",
    "Die Agentur (KNA) Die Meldung",
    "Norrbo (KNA) Bischof Ruiz",  # in German a noun has a capital too
    "Norrbo (Reuters) The ministers met",
    "(The talks of 16 December-Ruiz).- They went on",
    "Norrbo FR (dpa) Die Minister",
    "(Belga) et les autres",
    "(dpa) Die Minister",
    "BANK BUYS BLOOMBERG - The sale is done",
    "Hyderabad, AP - The ministers met",  # Andhra Pradesh
    "Congress, AAP - The ministers met",
    "Berlin, dpa – die Agentur – schreibt",
    "BBC London.- The ministers met",
    "ACN Girona.- the ministers met",
    "London, Sunday - Chelsea face Arsenal",
    "On Friday, Saturday - The days are free",
    "Turin, 11:20 - The doors open",
    "(NTB) Ministrene møttes",  # of another agency, perhaps
    "The talks of March 3 AAP - Nobody came",
    "MELBOURNE, March 3 Tuesday - Nobody came",
    "The first stop — Britain — is a test",
    "The union — led by Mayor Ruiz — went home",
    "Vice President Novak - Like the others",
    "Moscow's offer - The one made in May",
    "New York City is going green — with parks",
    "قال الوزير الذي وصل أمس إلى المدينة (رويترز) - إن المحادثات انتهت",
    "قال إن الاتفاق (وهو الأول) - تأخر",
    "The bank said on Nov 13, Reuters. The port",
    "On Friday, May 13, CNN The port",
    "Oslo, November 13, NTB said the port",
    "Paris, May 13, UEFA Cup final",
    "HE SAID ON NOV 13, REUTERS. THE PORT",
    "On November 13, Kyodo News. The port",
    "PRIME MINISTER, Reuters - The port",
    "NATO, AFP - The port",
    "EXCLUSIVE, Reuters - The port",
    "(Reuters) On Nov. 13 - The port",
    "(DIRE) Roma. Il porto",
    "Malmö TT Nya regler gäller",
    "Oslo, NTB har en ny leder",
    "Vi møttes i parken, NTB Kongen",
    "Die Partei (SPD) (dpa) - Sie tagt",
    "Der Sprecher (Bonn) (dpa) - Wir tagen",
    "MALMÖ TT vann",
    "Malmö/TT vann",
    "IKEA TT Bolaget växer",
    "Volvo/TT Analysen visar",
    "Arvika/AFP Une ville",
    "Chapter, 8 (EUROPA PRESS) - They went on",
    "Fractions, 11/09/2026 (see table) - They had fallen",
    "Томск. 12 марта. УТРО-ВЕЧЕР - Трамвай",
    "",
    "—",
    "() -",
)


LABELS = {
    "Bericht": (" (KNA) ", "Bonn"),
    "Interview": (" (epd). ", "Bonn"),
    "Berichtigung": (" (KNA): ", "Bonn"),
    "Richtigstellung": (" (dpa) - ", "Bonn"),
    "BERICHTIGUNG": (" (AFP) - ", "BERLIN"),
    "Hintergrund": (" (epd): ", "Bonn"),
    "Bundespräsident": (" (dpa): ", "Bonn"),
    "Analyse": (" (dpa) - ", "Bonn"),
    "Korrektur": (" (dpa/lni) - ", "Bonn"),
    "Rettelse": (" (NTB): ", "Stavanger"),
    "Oppdatert": (" (NTB): ", "Stavanger"),
    "Statsminister": (" (NTB): ", "Stavanger"),
    "Ordføreren": (" (NTB): ", "Stavanger"),
    "Økonomi": (" (NTB): ", "Stavanger"),
    "Presisering": (" (NTB) – ", "Stavanger"),
    "Sport": (" (TT): ", "Malmö"),
    "Analys": (" (TT): ", "Malmö"),
    "Rättelse": (" (TT): ", "Malmö"),
    "Korrigering": (" (TT) – ", "Malmö"),
    "Borgmesteren": (" (Ritzau): ", "Odense"),
    "Opdatering": (" /ritzau/: ", "Odense"),
    "Rectificatif": (" (AFP) - ", "Paris"),
    "Précision": (" (AFP) - ", "Paris"),
    "Portrait": (" (ats) ", "Paris"),
    "Le ministre": (" (Belga): ", "Paris"),
    "Corrección": (" (EFE).- ", "Madrid"),
    "Análisis": (" (EFE): ", "Madrid"),
    "Entrevista": (" (EFE).- ", "Madrid"),
    "Rettifica": (" (ANSA) - ", "Roma"),
    "Aggiornamento": (" (ANSA) - ", "Roma"),
    "Il ministro": (" (ANSA): ", "Roma"),
    "ИСПРАВЛЕНИЕ": (". КАЗИНФОРМ - ", "АСТАНА"),
    "CORRECTION, March 3": (" (Reuters) - ", "OSLO, March 3"),
}


@pytest.mark.parametrize("written", FORMS)
def test_every_form_is_read_in_parts(written: str) -> None:
    """Each form gives its place, date and agency, and the copy goes on right behind it."""
    found = find_dateline(written + "Ministers met again.")
    assert found is not None
    line = found.dateline
    assert (line.city, line.region, line.country_code, line.date, line.agency) == FORMS[written]
    assert (written + "Ministers met again.")[found.end :] == "Ministers met again."
    assert line.country == gazetteer.country_names().get(line.country_code or "")


@pytest.mark.parametrize("opens", ["``", "“", "«", '"'])
def test_a_quotation_behind_a_dateline(opens: str) -> None:
    """In the quotation marks of ANPA, too."""
    found = find_dateline(f"OSLO _ {opens}We met again,'' said the minister.")
    assert found is not None
    assert (found.dateline.city, found.end) == ("Oslo", len("OSLO _ "))


@pytest.mark.parametrize("written", AMBIGUOUS)
def test_a_stated_region_decides_between_cities_of_one_name(written: str) -> None:
    """Without a region the most populous city is meant."""
    found = find_dateline(written + "Ministers met again.")
    assert found is not None
    assert (found.dateline.city, found.dateline.country_code) == AMBIGUOUS[written]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_dateline_stays(text: str) -> None:
    """Results, asides between dashes and names with brackets are copy."""
    assert find_dateline(text) is None


@pytest.mark.parametrize("label", LABELS)
def test_a_label_before_an_agency_is_no_place(label: str) -> None:
    """A correction, a kind of copy, a desk, an office; behind a known place the same marks are a dateline."""
    marks, city = LABELS[label]
    assert find_dateline(f"{label}{marks}Ana Ruiz vant.") is None
    found = find_dateline(f"{city}{marks}Ana Ruiz vant.")
    assert found is not None
    assert found.end == len(f"{city}{marks}")


@pytest.mark.parametrize(
    ("line", "city"),
    [
        ("MALMÖ TT", "Malmö"),
        ("Malmö TT", "Malmö"),
        ("Visby/TT", "Visby"),
        ("MORA TT", "Mora"),
        ("OSLO (Reuters) -", "Oslo"),
        ("Bergen, 3 March (AP) -", "Bergen"),
        ("MADRID, 8 (EUROPA PRESS)", "Madrid"),
    ],
)
def test_a_dateline_may_have_a_line_of_its_own(line: str, city: str) -> None:
    """In capitals, or if the place is known."""
    found = dateline_alone(line)
    assert found is not None
    assert found.dateline.city == city


@pytest.mark.parametrize(
    "line",
    [
        "Norrbo TT",
        "Norrbo/TT",
        "Time NTB",
        "NORRBO TT",
        "FINAL FIELDS AS PROVIDED TO AAP",
        "Nobody knows TT",
        "NORRBO XX",
        "(TT)",
        "Malmö FF",
        "TT",
        "MALMÖ TT 2",
        "MADRID, 8 (REAL)",
    ],
)
def test_another_short_line_above_the_copy_is_none(line: str) -> None:
    """A name, a club, an agency alone."""
    assert dateline_alone(line) is None


@pytest.mark.parametrize(
    ("text", "agency", "end"),
    [
        ("(NTB) Ministrene møttes.", "ntb", 6),
        ("(NTB) har ny sjef.", "ntb", None),
        ("(AFP) Ministrene møttes.", "ntb", None),
        ("KRAMFORS. Ministrarna möttes.", "tt", 10),
        ("KRAMFORS. Ministrarna möttes.", "ap", None),
        ("IKEA. Företaget växer.", "tt", None),
        ("DEN NORRBO - In Den Norrbo is een walvis aangespoeld.", "anp", 13),
        ("DEN NORRBO - Een walvis is aangespoeld.", "anp", None),
        ("DEN NORRBO - In Den Norrbo is een walvis aangespoeld.", "", None),
    ],
)
def test_who_sends_the_copy_shows_its_own_forms(text: str, agency: str, end: int | None) -> None:
    """Its name alone, a town in capitals and a stop: in others' copy they may be anything."""
    found = find_dateline(text, Surroundings(texts=(text,), agency=agency_of_code(agency)))
    assert (found.end if found else None) == end


@pytest.mark.parametrize(
    ("text", "place", "end"),
    [
        ("NORRBO-SUR-MER — The ministers met.", "Norrbo-sur-Mer", 17),
        ("NORRBO-SUR-MER — The ministers met.", "Lomsk", None),
        ("Norrbo-sur-Mer – the capital – waits.", "Norrbo-sur-Mer", None),
        ("Norrbo-sur-Mer — The ministers met.", "Norrbo-sur-Mer", None),
        ("NORRBO-SUR-MER — the ministers met.", "Norrbo-sur-Mer", None),
    ],
)
def test_a_field_shows_a_place_in_capitals(text: str, place: str, end: int | None) -> None:
    """CP has the city in a field, and no agency in its dateline; in mixed case a dash may be any dash."""
    found = find_dateline(text, Surroundings(frozenset({place.casefold()})))
    assert (found.end if found else None) == end


def test_a_region_behind_a_comma_is_no_agency() -> None:
    """PA is Pennsylvania there."""
    found = find_dateline("PHILADELPHIA, PA - Ministers met again.")
    assert found is not None
    assert (found.dateline.region, found.dateline.agency) == ("Pennsylvania", None)


def test_more_than_two_parts_are_no_dateline() -> None:
    """A chain of them is a list, and nothing may be taken off it piece by piece."""
    assert find_dateline("A (AP) - B (AP) - C (AP) - Done.") is None


FIELDS = {
    "Bergen, 12 jan 2022 (NTB) -": ("Bergen", "NO", "12 jan 2022", "ntb"),
    "Madrid, 12 ene (EFE).-": ("Madrid", "ES", "12 ene", "efe"),
    "(ANSA) - ROMA, 12 GEN -": ("Rome", "IT", "12 GEN", "ansa"),
    "Norrbo /ritzau/:": ("Norrbo", None, None, "ritzau"),
    "Norrbo (NTB):": ("Norrbo", None, None, "ntb"),
    "GREENWICH, Conn.": ("Greenwich", "US", None, None),
    "Kleine Welle": ("Kleine Welle", None, None, None),
    "January 12": (None, None, "January 12", None),
    "20220112": (None, None, None, None),
    "Norrbo (Norvège) (AFP)": ("Norrbo", "NO", None, "afp"),
    "نوربو (النرويج) (أ ف ب)": ("نوربو", "NO", None, "afp"),
    "القاهرة (ا ف ب)": ("Cairo", "EG", None, "afp"),
    "قرية صغيرة (وكالة بعيدة)": (None, None, None, None),
    "札幌、12月14日共同": ("札幌", None, "12月14日", "kyodo"),
}


@pytest.mark.parametrize("written", FIELDS)
def test_a_field_that_says_so_is_a_dateline(written: str) -> None:
    """It needs no known agency or place: it is read as far as possible, and kept as written but for its dash."""
    found = read_dateline_field(written)
    assert (found.city, found.country_code, found.date, found.agency) == FIELDS[written]
    assert found.text.split()[0] == written.split()[0]


def test_tables_are_whole() -> None:
    """Cities are found under the names of other wire languages, and each is in a known country."""
    codes = gazetteer.country_names()
    assert all(gazetteer.cities(city)[0].country_code == code for city, code in CAPITALS.items())
    assert all(
        city.country_code in codes for city in (*gazetteer.cities("Springfield"), *gazetteer.cities("Georgetown"))
    )


def test_a_country_in_another_language_counts_beside_a_city() -> None:
    """Alone it may be a word: `ISLAND` is Iceland in German."""
    (iceland,) = gazetteer.areas_beside_city("Island")
    assert iceland.country_code == "IS"
    assert gazetteer.areas("Island") == ()
    assert gazetteer.areas_beside_city("Georgia") == gazetteer.areas("Georgia")
    assert find_dateline("ISLAND - Ministers met again.") is None


CAPITALS = {
    "Astana": "KZ", "Bern": "CH", "Canberra": "AU", "Kyiv": "UA", "Kiew": "UA", "Moskau": "RU", "Ottawa": "CA",
    "SAO PAULO": "BR", "Reykjavik": "IS", "St. Petersburg": "RU", "WASHINGTON": "US", "New York": "US", "Rom": "IT",
}  # fmt: skip
