"""Datelines of Russian, Chinese, Japanese and Korean copy, and copy that begins like one."""

from __future__ import annotations

import pytest

from pipeline.copy import read_copy
from pipeline.copy.datelines.find import find_dateline
from pipeline.copy.datelines.surroundings import Surroundings
from pipeline.language import Language
from pipeline.values.agencies import agency_of_code

# written: city, country code, date, agency, who filed it
FORMS = {
    "新华社北京11月28日电（记者李明、王华）": ("Beijing", "CN", "11月28日", "xinhua", ("李明", "王华")),
    "新华社洛姆斯克3月3日电 ": ("洛姆斯克", None, "3月3日", "xinhua", ()),
    "中新网11月28日电 ": (None, None, "11月28日", "cns", ()),
    "据中新社上海11月28日电 （记者 李明）": ("Shanghai", "CN", "11月28日", "cns", ("李明",)),
    "新華社華盛頓28日電 ": ("Washington", "US", "28日", "xinhua", ()),
    "路透社东京28日电 - ": ("Tokyo", "JP", "28日", "reuters", ()),
    "（中央社記者林小美台北28日電）": ("Taipei", "TW", "28日", "cna", ("林小美",)),
    "（中央社台北28日電）": ("Taipei", "TW", "28日", "cna", ()),
    "（中央社東京28日綜合外電報導）": ("Tokyo", "JP", "28日", "cna", ()),
    "【ロンドン共同＝山田太郎】": ("London", "GB", None, "kyodo", ("山田太郎",)),
    "【東京共同】": ("Tokyo", "JP", None, "kyodo", ()),
    "【北京=共同】": ("Beijing", "CN", None, "kyodo", ()),
    "（東京28日時事）": ("Tokyo", "JP", "28日", "jiji", ()),
    "［東京　２８日　ロイター］ - ": ("Tokyo", "JP", "２８日", "reuters", ()),
    "【11月28日 AFP】": (None, None, "11月28日", "afp", ()),
    "(서울=연합뉴스) 김철수 기자 = ": ("Seoul", "KR", None, "yonhap", ("김철수",)),
    "[도쿄=뉴시스] 김철수·박영희 특파원 = ": ("Tokyo", "JP", None, "newsis", ("김철수", "박영희")),
    "(도쿄 AFP=연합뉴스) ": ("Tokyo", "JP", None, "afp", ()),
    "МОСКВА, 28 ноя — РИА Новости. ": ("Moscow", "RU", "28 ноя", "ria", ()),
    "МОСКВА, 28 ноя - РИА Новости, Анна Смирнова. ": ("Moscow", "RU", "28 ноя", "ria", ("Анна Смирнова",)),
    "МИНСК, 28 ноября 2025 года. /ТАСС/. ": ("Minsk", "BY", "28 ноября 2025 года", "tass", ()),
    "МИНСК, 28 ноября. /ТАСС/. ": ("Minsk", "BY", "28 ноября", "tass", ()),
    "Москва. 28 ноября. ИНТЕРФАКС - ": ("Moscow", "RU", "28 ноября", "interfax", ()),
    "Москва. 28 ноября. INTERFAX.RU - ": ("Moscow", "RU", "28 ноября", "interfax", ()),
    "КИЕВ, 28 ноября (Рейтер) - ": ("Kyiv", "UA", "28 ноября", "reuters", ()),
    "София, 28 ноември /БТА/. ": ("Sofia", "BG", "28 ноември", "bta", ()),
    "София, 28 ноември /Ана Костова, БТА/. ": ("Sofia", "BG", "28 ноември", "bta", ("Ана Костова",)),
    "Praha 28. listopadu (ČTK) - ": ("Prague", "CZ", "28. listopadu", "ctk", ()),
    "ZAGREB, 28. studenoga 2022. (Hina) - ": ("Zagreb", "HR", "28. studenoga 2022", "hina", ()),
    "Vilnius, lapkričio 28 d. (BNS). ": ("Vilnius", "LT", "lapkričio 28 d", "bns", ()),
    "नयी दिल्ली, 28 नवंबर (भाषा) ": ("नयी दिल्ली", None, "28 नवंबर", "pti", ()),
}
COPY = "Порт закрыт. 港は閉鎖。"
NO_DATELINES = (
    "新华社记者李明摄于11月28日电视台。",
    "新华社成立于11月。",
    "時事28日電話した。",
    "共同声明は28日に発表される。",
    "東京で28日、時事通信が報じた。",
    "（完）港务局宣布。",
    "【ワシントン=山田太郎】港湾局は閉鎖した。",
    "【速報】港湾局は閉鎖した。",
    "(서울) 항만청은 밝혔다.",
    "[속보] 항만청은 밝혔다.",
    "연합뉴스는 28일 밝혔다.",
    "（中央社）港務局宣布。",
    "（元共同）代表が辞めた。",
    "Москва, 28 ноября — день города. Порт закрыт.",
    "ТАСС сообщил 28 ноября - порт закрыт.",
    "28 ноября РИА Новости сообщили об этом. Порт закрыт.",
    "Москва — столица. Порт закрыт.",
    "Москва – Петербург: поезд задержан.",
    "Praha 28. listopadu - den poté. Port.",
    "भाषा और साहित्य (भाषा) विभाग बंद है।",
    "路透社报道,28日电力恢复。",
    "AFP通信は28日、港が閉鎖されたと伝えた。",
)


@pytest.mark.parametrize("written", FORMS)
def test_a_dateline_in_another_script_is_read(written: str) -> None:
    """City, country, date and agency; who filed it is a byline, and all of it leaves the body."""
    found = find_dateline(written + COPY)
    assert found is not None
    said = found.dateline
    assert (said.city, said.country_code, said.date, said.agency, found.names) == FORMS[written]
    assert (written + COPY)[found.end :] == COPY
    read = read_copy("港", [written + COPY], Language.of("und"))
    assert read.paragraphs == (COPY,)
    assert read.furniture.bylines == FORMS[written][-1]


@pytest.mark.parametrize("text", NO_DATELINES)
def test_copy_that_begins_like_one_stays(text: str) -> None:
    """Without its agency, its date or its brackets it is a sentence."""
    assert find_dateline(text) is None


@pytest.mark.parametrize(
    ("text", "agency", "city"),
    [
        ("پارسآباد - ایرنا - بندر بسته است.", "irna", "پارسآباد"),
        ("گلدشت-ایسنا: بندر بسته است.", "isna", "گلدشت"),
        ("گلدشت - ایرنا - بندر بسته است.", "isna", None),
        ("گلدشت - ایرنا - بندر بسته است.", "", None),
        ("گلدشت - بندر بسته است.", "irna", None),
    ],
)
def test_who_sends_the_copy_is_between_two_dashes(text: str, agency: str, city: str | None) -> None:
    """What stands before it is a place then, also one that no table has."""
    found = find_dateline(text, Surroundings(agency=agency_of_code(agency)))
    assert (found.dateline.city if found else None) == city


@pytest.mark.parametrize(
    ("text", "city"), [("（仙台時事）仙台市で港が開く。", "仙台"), ("（仙台時事）港が開く。", None)]
)
def test_a_place_without_a_date_in_japanese(text: str, city: str | None) -> None:
    """It is known, or the copy says what kind of place it is."""
    found = find_dateline(text, Surroundings(texts=(text,)))
    assert (found.dateline.city if found else None) == city
