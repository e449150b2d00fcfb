"""Bytes that are not UTF-8 and that no mark explains: which code page they were written in.

A character of East Asia is a pair of bytes: of the code pages that can be meant, the one that reads as
the everyday characters of its language. A Cyrillic word is a run of high bytes; bytes that mostly stand
alone are accents. Of the three code pages of Latin letters the western one is meant, unless
it turns the letters of Central Europe into signs inside words, or those of Turkish into Icelandic.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from charset_normalizer import from_bytes

WESTERN, CENTRAL, TURKISH, CYRILLIC = "cp1252", "cp1250", "cp1254", "cp1251"
_ONE_BYTE = frozenset((WESTERN, CENTRAL, TURKISH, CYRILLIC, "iso8859-1", "iso8859-2", "iso8859-15"))
"""Code pages in which a letter is a byte: in none of them is a word what it is in UTF-8."""
_EAST = ("gb18030", "big5", "cp932", "cp949", "euc_jp")
_EVERYDAY = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老"
    "单号编码状态时间日期数量名称地址城市物流快递运输包裹订揽收派送件签客户店仓库到达离开清关海港航班飞"
    "重备注站点网分拣完处理司机电话货装退换取消失败成功等待中转始发目的查询预计实际"
    "單號編碼狀態時間數稱訂攬簽戶倉庫達離開關備註網點貨裝發詢營業負責順利資料登入電話運輸貨態預計實際"
    "郵便局取扱済継東京阪都府県区町村北南西部支履歴付宅急出荷着受転返集店"
    "問合番号状況配達完了届先荷物担当営業所管理引受持出不在保管輸送到着通過国際交換局投函予定変更"
)
"""Characters that nearly every table of shipments in Chinese or Japanese is made of, and no mojibake."""
_HANGUL = frozenset(
    bytes((row, cell)).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)
)
"""Syllables that are written; of the others Japanese is made of where it is read as Korean."""
_READS = 0.5
_SAMPLE_LINES = 2000
_CANDIDATES = ["gb18030", WESTERN, "latin_1"]
_LINE_ENDS = re.compile(rb"[\r\n]+")
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_IN_WORD = re.compile(rb"[a-zA-Z][\x80-\xff]{1,3}|(?<![\x80-\xff])[\x80-\xff]{1,3}(?=[a-zA-Z])")
_FOUR_BYTES = re.compile(rb"[\x81-\x84]\d[\x81-\xfe]\d")  # how gb18030 writes an accent
_CYRILLIC_WORD = re.compile(rb"[\xb8\xa8\xc0-\xff]{3,}")

# What letters of other languages look like when they are read as cp1252.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][£¥¯³¹¼¾¿][^\W\d_]|[^\W\d_][³¹¿]\b|\b[£¥¯¿][^\W\d_]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_CZECH = re.compile(r"[ìøèòïù]|[^\W\d_][žš]|\x9d")
_TURKISH = re.compile(r"[þÞðÐ]|Ý[a-zþð]|[a-zþð]ý|ý[a-zþð]")
_ICELANDIC = re.compile(r"[áÁéÉíÍóÓúÚæÆ]")


def guess_legacy(sample: bytes) -> str:
    """The encoding of bytes that are not UTF-8, judged by the lines that have such bytes."""
    lines = [line for line in _LINE_ENDS.split(sample) if not line.isascii()]
    lines = [line for line in lines if not _is_in(line, "utf-8")] or lines
    text = b"\n".join(lines[:_SAMPLE_LINES])
    runs = [len(run) for run in _HIGH_BYTES.findall(text)]
    east = _eastern(text)
    if east:
        return east
    if _FOUR_BYTES.search(text) and _is_in(text, "gb18030"):
        return "gb18030"
    if 2 * runs.count(1) > len(runs) or _stands_in_words(text, runs):
        return _latin(text)
    if _is_cyrillic(text, runs):
        return CYRILLIC
    best = from_bytes(text, cp_isolation=_CANDIDATES).best()
    return best.encoding if best else "latin_1"


def may_be_mixed(encoding: str) -> bool:
    """Whether lines in UTF-8 can be told among those in a code page."""
    return codecs.lookup(encoding).name in _ONE_BYTE


def decoded_by_line(block: bytes, page: str) -> tuple[str, int]:
    """Whole lines in a code page, some of which may be in UTF-8, as files pasted together are.

    A line is in UTF-8 where that gives letters of the code page, which it does not by chance.

    Returns:
        The text, and how many lines were in UTF-8.

    Raises:
        UnicodeDecodeError: If a line is neither.
    """
    if not _UTF_8.search(block):
        return block.decode(page), 0
    lines = [_line(line, page) for line in block.split(b"\n")]
    return "\n".join(text for text, _ in lines), sum(is_utf_8 for _, is_utf_8 in lines)


def _line(line: bytes, page: str) -> tuple[str, bool]:
    if _UTF_8.search(line) and _is_in(line, "utf-8"):
        text = line.decode("utf-8")
        with suppress(UnicodeEncodeError):
            text.encode(page)
            return text, True
    return line.decode(page), False


def _eastern(text: bytes) -> str | None:
    """The code page of East Asia in which most characters are everyday ones, if there is one."""
    scores = {page: _everyday(text.decode(page)) for page in _EAST if _is_in(text, page)}
    best = max(scores, key=lambda page: scores[page], default=None)
    return best if best and scores[best] > _READS else None


def _everyday(text: str) -> float:
    """The share of the letters beyond ASCII that are kana, Hangul or everyday characters."""
    letters = [letter for letter in _BEYOND_ASCII.findall(text) if letter.isalpha()]
    known = sum(
        "\u3041" <= letter <= "\u30fe" or letter in _HANGUL or letter in _EVERYDAY
        for letter in letters
    )
    return known / len(letters) if letters else 0.0


def _stands_in_words(text: bytes, runs: list[int]) -> bool:
    """Whether the high bytes are letters of words in ASCII, some of them by ones and threes."""
    inside = len(_IN_WORD.findall(text))
    return any(run % 2 for run in runs) and 10 * inside > 9 * len(runs)


def _latin(text: bytes) -> str:
    """The code page of single accents among ASCII letters."""
    western = text.decode(WESTERN, "replace")
    turkish = len(_TURKISH.findall(western))
    if turkish and turkish > len(_ICELANDIC.findall(western)) and _is_in(text, TURKISH):
        central = len(_SIGN_IN_WORD.findall(western)) + len(_CZECH.findall(western))
        return CENTRAL if central > turkish else TURKISH
    central = len(_SIGN_IN_WORD.findall(western)) or len(set(_CZECH.findall(western))) > 1
    if (central or not _is_in(text, WESTERN)) and _is_in(text, CENTRAL):
        return CENTRAL
    return WESTERN if _is_in(text, WESTERN) else "latin_1"


def _is_cyrillic(text: bytes, runs: list[int]) -> bool:
    """Whether the high bytes are words of Russian: runs of any length, of its letters only."""
    odd = sum(1 for run in runs if run % 2)
    letters = sum(len(word) for word in _CYRILLIC_WORD.findall(text))
    return 4 * odd > len(runs) and 10 * letters > 9 * sum(runs) and _is_in(text, CYRILLIC)


def _is_in(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
