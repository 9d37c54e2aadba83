"""Arabic copy: datelines in forms of their own, tags of headlines, terms without the article, labels of stories."""

from __future__ import annotations

import pytest

from pipeline.copy import read_copy
from pipeline.copy.datelines.find import find_dateline
from pipeline.items import LabelKind, Signal
from pipeline.language import Language
from pipeline.language.folding import fold_word
from pipeline.language.watched import FoldedText, WatchedTerms
from pipeline.normalise.phrases import find_phrases
from pipeline.tag.label_members import label_contribution
from pipeline.tag.labels import rank_labels
from pipeline.tag.phrase_totals import PhraseTotals

AR = Language.of("ar")
COPY = "أغلقت هيئة الميناء الرصيف الشمالي."

# written: city, country code, date, agency
DATELINES = {
    "القاهرة 3 مارس (أ ش أ) - ": ("Cairo", "EG", "3 مارس", "mena"),
    "الرباط (و م ع) - ": ("Rabat", "MA", None, "map"),
    "تونس 03 مارس 2022 (وات) - ": ("Tunis", "TN", "03 مارس 2022", "tap"),
    "رام الله 3-3-2022 وفا- ": ("Ramallah", "PS", "3-3-2022", "wafa"),
    "المنامة في 03 مارس / بنا / ": ("Manama", "BH", "في 03 مارس", "bna"),
    "مسقط في 3 مارس /العمانية/ ": ("Muscat", "OM", "في 3 مارس", "ona"),
    "عمان 3 آذار (بترا) - ": ("Amman", "JO", "3 آذار", "petra"),
    "دمشق-سانا ": ("Damascus", "SY", None, "sana"),
    "بغداد / واع / ": ("Baghdad", "IQ", None, "ina"),
    "الخرطوم 3-3-2022 (سونا) - ": ("Khartoum", "SD", "3-3-2022", "suna"),
    "صنعاء - سبأ: ": ("Sanaa", "YE", None, "saba"),
    "أنقرة/ الأناضول ": ("Ankara", "TR", None, "anadolu"),
    "الرياض 30 رجب 1443 هـ الموافق 03 مارس 2022 م واس ": (
        "Riyadh",
        "SA",
        "30 رجب 1443 هـ الموافق 03 مارس 2022 م",
        "spa",
    ),
    "الرياض 03 مارس 2022 م واس - ": ("Riyadh", "SA", "03 مارس 2022 م", "spa"),
    "القاهرة - (د ب أ) - ": ("Cairo", "EG", None, "dpa"),
    "واشنطن (أ ب) - ": ("Washington", "US", None, "ap"),
}
NO_DATELINES = (
    "صنعاء - سبأ مدينة قديمة.",  # Saba is Sheba too
    "دمشق سانا أغلقت.",
    "قال سانا - إن الرصيف مغلق.",
    "الوزير / واع / مسؤول.",
    "رام الله 3-3-2022 مدينة.",
)
# headline as sent: headline, signals
TAGS = {
    "تصحيح - إغلاق الرصيف": ("إغلاق الرصيف", (Signal.CORRECTION,)),
    "مصحح-إغلاق الرصيف": ("إغلاق الرصيف", (Signal.CORRECTION,)),
    "تصويب: إغلاق الرصيف": ("إغلاق الرصيف", (Signal.CORRECTION,)),
    "عاجل: إغلاق الرصيف": ("إغلاق الرصيف", (Signal.URGENT,)),
    "إعادة - إغلاق الرصيف": ("إغلاق الرصيف", (Signal.REPEAT,)),
    "تحديث 2 - إغلاق الرصيف": ("إغلاق الرصيف", (Signal.UPDATE,)),
    "تصحيح الأسعار في البورصة": ("تصحيح الأسعار في البورصة", ()),
    "إعادة فتح الرصيف": ("إعادة فتح الرصيف", ()),
    "تحديث الأسطول يبدأ غدا": ("تحديث الأسطول يبدأ غدا", ()),
    "إلغاء ضريبة الوقود": ("إلغاء ضريبة الوقود", ()),
    "حظر النشر في قضية الوزير": ("حظر النشر في قضية الوزير", ()),
}
TERMS = {
    "الجسر": "جسر",
    "والجسر": "جسر",
    "بالجسر": "جسر",
    "كالجسر": "جسر",
    "فالجسر": "جسر",
    "للجسر": "جسر",
    "جسر": "جسر",
    "ألف": "ألف",
    "الف": "الف",
    "والد": "والد",
    "بالون": "بالون",
    "ولد": "ولد",
}
# headlines of one story: its label
LABELS = (
    (
        ("مقتل ستة في انهيار جسر لومسك", "وزير النقل يتفقد الجسر المنهار", "انهيار الجسر في لومسك: مقتل ستة"),
        "انهيار الجسر في لومسك: مقتل ستة",
    ),
    (
        ("محلل: زيادة الأجور قد ترفع التضخم", "البرلمان يقر زيادة الأجور", "مصادر: البرلمان يقر زيادة الأجور غدا"),
        "البرلمان يقر زيادة الأجور",
    ),
    (
        (
            "الأمم المتحدة ترسل مساعدات عاجلة إلى المتضررين من زلزال بريندال بعد أن دمر الزلزال مئات المنازل",
            "زلزال بقوة ست درجات يضرب بريندال",
            "مساعدات لضحايا الزلزال في بريندال",
        ),
        "مساعدات لضحايا الزلزال في بريندال",
    ),
    (("هل تنهار المحادثات في أكرا؟", "استئناف المحادثات في أكرا"), "استئناف المحادثات في أكرا"),
    (("الشرطة: اعتقال ثلاثة في سرقة المتحف",), "اعتقال ثلاثة في سرقة المتحف"),
    (
        ("إضراب عمال الميناء يدخل يومه العاشر وسط مخاوف من نقص المواد الغذائية في الجزر",),
        "إضراب عمال الميناء يدخل يومه العاشر",
    ),
)


@pytest.mark.parametrize("written", DATELINES)
def test_a_dateline_is_read(written: str) -> None:
    """Forms of the Arab agencies, with the day of either calendar; the copy goes on behind it."""
    found = find_dateline(written + COPY)
    assert found is not None
    said = found.dateline
    assert (said.city, said.country_code, said.date, said.agency) == DATELINES[written]
    assert (written + COPY)[found.end :] == COPY


@pytest.mark.parametrize("text", NO_DATELINES)
def test_a_sentence_with_the_same_words_is_none(text: str) -> None:
    """The names of some agencies are words, and a word is no place."""
    found = find_dateline(text)
    assert found is None or found.dateline.agency is None


@pytest.mark.parametrize("headline", TAGS)
def test_tags_of_headlines(headline: str) -> None:
    """A tag stands before a colon, a dash or a slash; the same word in a headline is news."""
    read = read_copy(headline, [COPY], AR)
    assert (read.headline, read.signals) == TAGS[headline]


@pytest.mark.parametrize("word", TERMS)
def test_the_article_is_no_part_of_a_term(word: str) -> None:
    """Nor is what is written before it; three letters stay at least."""
    assert fold_word(word) == TERMS[word]


def test_a_term_of_a_rule_is_found_with_its_article() -> None:
    """A rule for `زلزال` alerts of `الزلزال` too, and a rule for that of the first."""
    text = FoldedText("ضرب الزلزال المدينة")
    assert WatchedTerms(["زلزال"]).found(text) == ("زلزال",)
    assert WatchedTerms(["الزلزال"]).found(FoldedText("زلزال يضرب المدينة")) == ("الزلزال",)
    assert WatchedTerms(["زلازل"]).found(text) == ()


@pytest.mark.parametrize(("headlines", "label"), LABELS)
def test_a_story_is_labelled_by_its_best_short_headline(headlines: tuple[str, ...], label: str) -> None:
    """The one that most share the words of, article or not, without who says it and without a clause too many."""
    members = [label_contribution(find_phrases(each, "", AR)) for each in headlines]
    best = rank_labels(PhraseTotals(members), lambda term: 4.0, "ar")[0]
    assert (best.label, best.kind) == (label, LabelKind.HEADLINE)
