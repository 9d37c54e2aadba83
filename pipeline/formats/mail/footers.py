"""What is around the copy of a mail: how a mailing list can be left or read, how a letter opens and closes.

    To unsubscribe, click here.        Si no desea recibir más correos, darse de baja        Newsletter abbestellen
    Mit freundlichen Grüßen / Ihre Pressestelle        Kind regards, / Ana Ruiz        Dear editors,
    FOR IMMEDIATE RELEASE        Pressemitteilung

It is recognised by how it speaks to the reader and of the mails; a story does neither at its end.
"""

from __future__ import annotations

import re

from pipeline.formats.mail.subjects import LABELS

FOOTER_LENGTH_MAX = 300
FOOTERS_MAX = 4
CLOSING_MAX = 5  # paragraphs
CLOSING_LENGTH_MAX = 90
SHORT_WORDS_MAX = 4  # of a link alone: `Unsubscribe from this list`
_LEAVING = (
    r"unsubscrib\w*|opt[ -]out|(?:no longer|not) wish to receive|abbestell\w*|abmelde\w*"
    r"|keine weiteren (?:e-?)?mails|dar(?:se|me|te)? de baja|no desea (?:seguir )?recib\w+"
    r"|cancelar (?:la |su )?suscripción|(?:se |me |vous )?désabonne\w*|désinscri\w*|plus recevoir|disiscri\w*"
    r"|cancella\w* iscrizione|annulla\w* l['’]iscrizione|non ricevere più"
    r"|cancelar (?:a )?(?:inscrição|subscrição|assinatura)|uitschrij\w*|uit te schrijven|wypisz\w*|zrezygnuj\w*"
    r"|отписаться|відписатися|avsluta prenumeration\w*|avregistrera\w*|afmeld\w*|meld deg av|avmeld\w*"
    r"|peruuta tilaus|odhlásit\w*|odhlásiť|leiratkoz\w*|dezabon\w*|abonelikten çık\w*|配信停止|退订|退訂|수신 ?거부"
)
_SPEAKS = (
    r"if you|to (?:unsubscribe|opt)|you(?:['’]re| are) (?:getting|receiving)|you (?:get|(?:have )?received?)|click"
    r"|wenn sie"
    r"|sie (?:erhalten|können)|um (?:sich|den|diesen|keine)|si (?:no |usted|vous|desea|quiere)|para |per |pour "
    r"|cliquez|se (?:não|non|desidera)|wilt u|om (?:u|du|deze|uit)|hvis du|jeśli|aby |если|чтобы|щоб|jos |pokud"
    r"|ak si|ha |dacă|vous recevez|recib(?:e|es|iste)|ricev(?:i|ete)|(?:u|je) ontvangt|otrzymujesz"
    r"|du (?:får|modtager|mottar)|você recebe|recebe[su]? |вы получ|ви отрим|dostáváte|saat tämän"
)
_OF_MAIL = re.compile(
    r"\b(?:e-?mails?|mails?|newsletters?|messages?|mailing|list|correos?|bolet(?:ín|im)|mensa(?:jes|gens)|courriels?"
    r"|messaggi|nieuwsbrief|nyhedsbrev|nyhetsbrev|click|cli(?:c|que|quez|cca)|kli(?:ck|k)\w*|here|hier|aqu[íi]|ici|qui"
    r"|tutaj|wiadomo\w*|mejl\w*|здесь|рассылк\w*)\b",
    re.IGNORECASE,
)
_FOOTER = re.compile(rf"\W*(?:{_SPEAKS})\b.*(?:{_LEAVING})|\W*to unsubscribe\b", re.IGNORECASE)
_LAST_LINK = re.compile(rf".*[|·•] ?(?:{_LEAVING})\W*", re.IGNORECASE)  # `Manage preferences | Unsubscribe`
_LINK = re.compile(rf"\W*(?:newsletter |hier |klicken? )?(?:{_LEAVING})\b", re.IGNORECASE)
_READING = re.compile(
    r"\W*(?:view|read|see|open|trouble viewing) this (?:e-?mail|message|newsletter) (?:in|online|on)\b.*"
    r"|\W*(?:diese |newsletter )?(?:e-?mail )?im browser (?:an)?(?:sehen|zeigen).*"
    r"|\W*ver(?: este)?(?: correo| mensaje)? (?:en|no) (?:el |tu |seu )?navegador.*"
    r"|\W*voir (?:ce message|cet e-?mail|la version) (?:dans|en) .*",
    re.IGNORECASE,
)

_CLOSING = re.compile(
    r"(?:(?:kind|best|warm|with (?:kind|best)) regards|regards|yours (?:sincerely|faithfully)|best wishes"
    r"|many thanks|(?:mit )?(?:freundlichen|besten|herzlichen) gr[uü]e?(?:ß|ss)en"
    r"|(?:freundliche|beste|viele|herzliche) gr[uü]e?(?:ß|ss)e"
    r"|(?:bien )?cordialement|(?:un )?cordial saludo|un saludo|saludos(?: cordiales)?|atentamente|atenciosamente"
    r"|(?:com os )?melhores cumprimentos|cordiali saluti|distinti saluti|(?:met )?vriendelijke groet(?:en)?"
    r"|(?:med )?ven(?:lig|nlig) hilsen|(?:med )?vänlig(?:a)? hälsning(?:ar)?|(?:ystävällisin )?terveisin"
    r"|z poważaniem|s pozdrav(?:em|om)|üdvözlettel|cu stimă|с уважением|з повагою|с уважение"
    r"|saygılar(?:ımızla|ımla))"
    r"(?=[,.!]?(?: |$))",
    re.IGNORECASE,
)

_OPENING = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon)|sehr geehrte|liebe|guten (?:tag|morgen)|hallo|madame|monsieur"
    r"|bonjour|chers|chères|estimad[oa]s?|buen[oa]s (?:días|tardes)|hola|gentil[ei]|buongiorno|salve|car[ioea]s?"
    r"|prezad[oa]s?|bom dia|boa tarde|beste|geachte|hej|hei|kære|kjære|bästa|szanown[iy]|dzień dobry|dobrý den"
    r"|vážen[íéá]|tisztelt|stimat[eăi]|bună ziua|уважаем\w+|здравствуйте|шановн\w+|добрий день|уважаеми|sayın"
    r"|merhaba|poštovan[ie])(?:[ ,][^.:;?]{0,60})?[,!:]"
    rf"|for immediate release|{LABELS}",
    re.IGNORECASE,
)
OPENINGS_MAX = 2


def without_opening(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without who is addressed above them, and without what says that it is a press release."""
    for _ in range(OPENINGS_MAX):
        if len(paragraphs) > 1 and _OPENING.fullmatch(paragraphs[0]):
            paragraphs = paragraphs[1:]
    return paragraphs


def without_letter(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The copy in a mail: its paragraphs without the letter around it, and without what a mailing list adds."""
    return without_opening(without_closing(without_list_footers(paragraphs)))


def without_list_footers(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without those of a mailing list: one first line, and the last ones."""
    kept = paragraphs
    if len(kept) > 1 and _is_reading(kept[0]):
        kept = kept[1:]
    for _ in range(FOOTERS_MAX):
        if len(kept) > 1 and (_is_reading(kept[-1]) or _leaves_list(kept[-1])):
            kept = kept[:-1]
    return kept


def without_closing(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without how a letter closes: a line that only greets, and the few short ones below it."""
    for at in range(max(1, len(paragraphs) - CLOSING_MAX), len(paragraphs)):
        below = paragraphs[at + 1 :]
        if _CLOSING.match(paragraphs[at]) and all(map(_is_short, (paragraphs[at], *below))):
            return paragraphs[:at]
    return paragraphs


def _is_short(text: str) -> bool:
    """Whether it is a name, a job or an address, and no sentence."""
    return len(text) <= CLOSING_LENGTH_MAX and not text.endswith((".", "!", "?", ":"))


def _leaves_list(text: str) -> bool:
    if len(text) > FOOTER_LENGTH_MAX:
        return False
    is_link = len(text.split()) <= SHORT_WORDS_MAX and not text.endswith(".") and _LINK.match(text)
    return bool(is_link or _LAST_LINK.fullmatch(text) or (_FOOTER.match(text) and _OF_MAIL.search(text)))


def _is_reading(text: str) -> bool:
    return len(text) <= FOOTER_LENGTH_MAX and _READING.fullmatch(text) is not None
