"""What a mail says to editors beside its copy: in its headers, in every part, in quotations and in signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from email.message import Message

from pipeline.formats.mail.forwards import NAMES_OF_SUBJECT
from pipeline.formats.mail.headers import header_text
from pipeline.formats.mail.subjects import Subject
from pipeline.formats.places import passages_of
from pipeline.formats.text import bodies
from pipeline.notes import Addressee, Passage, is_public
from pipeline.values.blanks import one_line

# Headers for machines and addresses.  Any other may be a note.
TRANSPORT = re.compile(
    r"received|return-path|delivered-to|date|from|to|cc|bcc|sender|reply-to|message-id|in-reply-to|references|subject"
    r"|mime-version|content-(?!description).*|user-agent|(?:dkim|domainkey)-.*|authentication-.*|arc-.*|list-.*|auto-.*"
    r"|errors-to|thread-.*|sensitivity|received-spf|dispatcher|feedback-id|precedence"
    r"|x-(?:ms|google|gm|mailer|originating|spam|virus|forefront|microsoft|exchange|barracuda|proofpoint|mimecast"
    r"|received|forwarded|original|campaign|mailgun|sg|ses|report)\b.*",
    re.IGNORECASE,
)
QUOTED = re.compile(r"^(?:[ \t]*+[>|])++[ \t]?", re.MULTILINE)
# Headers of a mail that was forwarded within the text.
SUBJECT_LINE = re.compile(rf"^[ \t>*]{{0,20}}+(?:{NAMES_OF_SUBJECT})\s?: *(\S.*)$", re.MULTILINE)
SENDERS = ("From", "Sender", "Reply-To")
SUBJECTS = ("Subject", "Thread-Topic")
SENSITIVE = frozenset({"private", "personal", "company-confidential"})  # RFC 4021, 2.1.55
SEPARATORS = re.compile(r"[_\W]+")


def is_automatic(message: Message) -> bool:
    """Whether a program answers for somebody who is out of office (RFC 3834): no header of it holds a story."""
    return "auto-replied" in header_text(str(message.get("Auto-Submitted") or "")).lower()


def mail_passages(
    message: Message, chosen: Iterable[str], texts: Iterable[str], parts_of: Callable[[str], Subject]
) -> Iterator[Passage]:
    """What the mail says beside `chosen`, the paragraphs of its copy; `texts`: every text in it, HTML or not.

    `parts_of` takes a subject of this mail apart.
    """
    yield from _header_passages(message, parts_of)
    known = set(chosen)
    for text in texts:
        piece = bodies.TypedText(text)
        found = [one for one in bodies.paragraphs([piece], []) if one not in known]
        if found:
            yield Passage(Addressee.PUBLIC, "\n".join(found), "part of the mail")
        yield from bodies.unseen_in([text])
        if QUOTED.search(text):
            yield from passages_of(Addressee.PUBLIC, "quotation", QUOTED.sub("", text))
        for line in SUBJECT_LINE.findall(text):
            subject = one_line(line)
            yield from _subject_passages(subject, parts_of(subject), "subject in the text")


def _subject_passages(subject: str, parts: Subject, field: str) -> Iterator[Passage]:
    """A subject with what is before it, or its note apart from the headline."""
    before = subject.partition(parts.note)[0] if parts.note else subject
    for text in filter(None, (before, parts.note, parts.headline)):
        yield Passage(Addressee.HEADLINE, text, field)


def cover_passages(cover: Iterable[str]) -> Iterator[Passage]:
    """What is above a forwarded mail; what is private there may be meant of all of it."""
    for text in cover:
        yield Passage(Addressee.EDITORS, text, "above a forwarded mail")
        if not is_public(text):
            yield Passage(Addressee.HOLD, "private", "above a forwarded mail")


def _header_passages(message: Message, parts_of: Callable[[str], Subject]) -> Iterator[Passage]:
    """The subjects and the notes in the headers of the mail and of all of its parts; names of files."""
    for part in message.walk():
        for name in SUBJECTS:
            if subject := header_text(str(part.get(name) or "")):
                yield from _subject_passages(subject, parts_of(subject), name)
        for name in SENDERS:
            if sender := header_text(str(part.get(name) or "")):
                yield Passage(Addressee.NAME, sender, name)
        if header_text(str(part.get("Sensitivity") or "")).lower() in SENSITIVE and not is_automatic(message):
            yield Passage(Addressee.HOLD, "sensitive", "Sensitivity")
        for name, value in part.items():
            if not TRANSPORT.fullmatch(name):
                yield from passages_of(Addressee.EDITORS, name, header_text(str(value)), name)
        if file := header_text(part.get_filename() or ""):
            yield from passages_of(Addressee.EDITORS, "file name", SEPARATORS.sub(" ", file))
