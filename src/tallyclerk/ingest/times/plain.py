"""Times as people and their programs write them → the forms that formats are made for.

Names of months in other languages, 下午 and "p. m.", "14h05", "3 oct. 2026 à 14:05", "(UTC+8)": what
means one thing only is rewritten, everything else stays as it is. A word that names one month here
and another one there (lipanj, lipiec) is no month; an abbreviation such as CST is no zone.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import polars as pl

_MONTHS: dict[str, str] = {
    "en": "january february march april may june july august september october november december",
    "de": "jan/januar/jänner/jän feb/februar/feber mär/märz/mrz apr/april mai jun/juni jul/juli aug/august"
    " sep/sept/september okt/oktober nov/november dez/dezember",
    "fr": "janv/janvier févr/fév/février mars avr/avril mai juin juil/juillet août sept/septembre"
    " oct/octobre nov/novembre déc/décembre",
    "es": "ene/enero feb/febrero mar/marzo abr/abril may/mayo jun/junio jul/julio ago/agosto"
    " sep/sept/septiembre/setiembre oct/octubre nov/noviembre dic/diciembre",
    "pt": "jan/janeiro fev/fevereiro mar/março abr/abril mai/maio jun/junho jul/julho ago/agosto"
    " set/setembro out/outubro nov/novembro dez/dezembro",
    "it": "gen/gennaio feb/febbraio mar/marzo apr/aprile mag/maggio giu/giugno lug/luglio ago/agosto"
    " set/settembre ott/ottobre nov/novembre dic/dicembre",
    "nl": "jan/januari feb/februari mrt/maart apr/april mei jun/juni jul/juli aug/augustus"
    " sep/september okt/oktober nov/november dec/december",
    "pl": "sty/styczeń/stycznia lut/luty/lutego mar/marzec/marca kwi/kwiecień/kwietnia maj/maja"
    " cze/czerwiec/czerwca lip/lipiec/lipca sie/sierpień/sierpnia wrz/wrzesień/września"
    " paź/październik/października lis/listopad/listopada gru/grudzień/grudnia",
    "tr": "oca/ocak şub/şubat mar/mart nis/nisan may/mayıs haz/haziran tem/temmuz ağu/ağustos"
    " eyl/eylül eki/ekim kas/kasım ara/aralık",
    "cs": "led/leden/ledna úno/únor/února bře/březen/března dub/duben/dubna kvě/květen/května"
    " čvn/červen/června čvc/červenec/července srp/srpen/srpna zář/září říj/říjen/října"
    " lis/listopad/listopadu pro/prosinec/prosince",
    "sv": "jan/januari feb/februari mar/mars apr/april maj jun/juni jul/juli aug/augusti"
    " sep/september okt/oktober nov/november dec/december",
    "da": "jan/januar feb/februar mar/marts apr/april maj jun/juni jul/juli aug/august"
    " sep/september okt/oktober nov/november dec/december",
    "hr": "sij/siječanj/siječnja velj/veljača/veljače ožu/ožujak/ožujka tra/travanj/travnja"
    " svi/svibanj/svibnja lip/lipanj/lipnja srp/srpanj/srpnja kol/kolovoz/kolovoza ruj/rujan/rujna"
    " lis/listopad/listopada stu/studeni/studenoga pro/prosinac/prosinca",
    "ru": "янв/января фев/февраля мар/марта апр/апреля мая/май июн/июня июл/июля авг/августа"
    " сен/сент/сентября окт/октября ноя/ноября дек/декабря",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "id": "jan/januari feb/februari mar/maret apr/april mei jun/juni jul/juli agu/agt/agustus"
    " sep/september okt/oktober nov/november des/desember",
}
"""Names of months by language, January first; of one month they are divided by a slash."""
_DAYS_OF_WEEK = (
    *("mon", "monday", "tue", "tues", "tuesday", "wed", "wednesday", "thu", "thur", "thurs"),
    *("thursday", "fri", "friday", "sat", "saturday", "sun", "sunday"),
    *("mo", "montag", "di", "dienstag", "mi", "mittwoch", "do", "donnerstag", "fr", "freitag"),
    *("sa", "samstag", "sonnabend", "so", "sonntag"),
    *("lun", "lundi", "mar", "mardi", "mer", "mercredi", "jeu", "jeudi", "ven", "vendredi"),
    *("sam", "samedi", "dim", "dimanche"),
    *("lunes", "martes", "mie", "miercoles", "jue", "jueves", "vie", "viernes", "sab", "sabado"),
    *("dom", "domingo", "seg", "segunda", "segunda-feira", "ter", "terca", "terca-feira", "qua"),
    *("quarta", "quarta-feira", "qui", "quinta", "quinta-feira", "sex", "sexta", "sexta-feira"),
    *("lunedi", "martedi", "mercoledi", "gio", "giovedi", "venerdi", "sabato", "domenica"),
    *("ma", "maandag", "dinsdag", "wo", "woensdag", "donderdag", "vr", "vrijdag", "za", "zaterdag"),
    *(
        "zo",
        "zondag",
        "pon",
        "poniedzialek",
        "wt",
        "wtorek",
        "sroda",
        "sr",
        "czw",
        "czwartek",
        "pt",
    ),
    *(
        "piatek",
        "sobota",
        "niedz",
        "niedziela",
        "pzt",
        "pazartesi",
        "sal",
        "sali",
        "car",
        "carsamba",
    ),
    *("per", "persembe", "cum", "cuma", "cmt", "cumartesi", "paz", "pazar"),
)
"""Days of the week, without accents: what they say beside a date is known from the date."""
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ODD = r"[^\x00-\x7f]|^['=]|\]$|\d [0-2]\d{3}(?:\d\d)?$|[A-Za-z]{3}|^[A-Za-z]{2}[ .,]|[A-Za-z]\.|\dh|[,(]|-\d{2}\.\d{2}| - |\d\. \d|\d\.\d{2}$|^\d{8}[T ]\d{4}|25[5-9]\d[-/.]\d|\d[-/.]25[5-9]\d|\d\s?(?:SA|CH)$|^\d{10}\.\d|^1[01]\d[-/.]\d{2}[-/.]"
_WORD = r"[\pL\pM]{3,}"
_FIRST = r"^(\pL{2,}(?:-\pL+)?)\.?,?\s+(?:le\s+|den\s+)?"
_DATE = r"^(?:\d{1,2}[-/. ]+[^\s\d]\S*[-/. ,]+\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}[-/.年]|\pL{3,}\.? \d)"
_DAY = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/. ]\S+[-/. ]\d{4}|\pL+ \d{1,2} \d{4})"

NO_DATE = r"^0{8}(?:[T ]?0{4,6})?$|^(?:0{2,4}[-/.]00[-/.]0{2,4}|0001-01-01)(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$"
"""How programs write that there is no date: 00.00.0000, 0000-00-00 00:00:00, 00000000, 0001-01-01."""
_OF = r"(\d) del? (\pL+)(?: del?)? (\d)"  # 3 de octubre de 2026
_DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹๐๑๒๓๔๕๖๗๘๙०१२३४५६७८९"
"""Digits of other scripts, ten of each: Arabic, Persian, Thai, Devanagari."""
_ASCII = "0123456789" * (len(_DIGITS) // 10)
_BUDDHIST = r"^(?:\d{1,2}[-/. ]\S{1,12}[-/. ])?(25[5-9]\d)(?:\D|$)"
"""A date of the Buddhist calendar, 543 years ahead, in a year that no export of another one is of."""
_REPUBLIC = r"^(1[01]\d)(?:-\d{2}-|/\d{2}/|\.\d{2}\.)\d{2}(?:\D|$)"
"""A date in Taiwan, whose years begin with 1912: 115/03/01."""
_REIWA = r"^令和(\d{1,2})年"
"""A date in Japan, whose present era began in 2019."""
_CALENDARS = ((_BUDDHIST, 543), (_REPUBLIC, -1911), (_REIWA, -2018))
_THAI = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
"""Short names of months with points inside."""
_RULES: tuple[tuple[str, str], ...] = (
    (r"[\x{a0}\x{202f}\x{2009}\x{200e}\x{200f}]", " "),  # spaces and marks that are not seen
    (r"""^(?:'|=")(\d.*?)"?$""", "$1"),  # what keeps a spreadsheet from taking it for a number
    (r"(Z|[+-]\d{2}:?\d{2})\[\w+/[\w/]+\]$", "$1"),  # a zone behind the offset that it has
    (r"(\d)(?:st|nd|rd|th|er|o)\b,?", "$1"),
    (r"(\d:\d{2}:\d{2}),(\d+)", "$1.$2"),
    (rf"^({_DAY}) ([01]\d|2[0-3])([0-5]\d)([0-5]\d)?$", "$1 $2:$3:$4"),
    (rf"^({_DAY}) 24(00)(00)?$", "$1 24:$2:$3"),
    (r"(\d日?)\s*[(（]\pL{1,9}\.?[)）]", "$1"),
    (r"^(\d{5}),(\d+)$", "$1.$2"),  # a day of Excel with a decimal comma
    (r"^(\d{10})\.(\d)$", "${1}${2}00"),  # seconds since 1970 with a fraction, as milliseconds
    (r"^(\d{10})\.(\d{2})$", "${1}${2}0"),
    (r"^(\d{10})\.(\d{3})\d*$", "$1$2"),
    (r"^\\?/Date\((\d{13})(?:[+-]\d{4})?\)\\?/$", "$1"),
    (r"^(\pL{3}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) (UTC|GMT) (\d{4})$", "$2 $1 $5 $3 $4"),
    (r"(\d:\d{2} (?:UTC|GMT)[+-]\d{4}) \([^)]*\)$", "$1"),
    (r"^(\d{1,2}-\pL{3}-\d{2,4}) (\d{1,2})\.(\d{2})\.(\d{2})", "$1 $2:$3:$4"),
    (r"^(\d{1,2})\. (\d{1,2})\. ?(\d{4})", "$1.$2.$3"),
    (r"^(\d{1,2})\. (\pL)", "$1 $2"),
    (r"^(\d{4})\. (\d{1,2})\. (\d{1,2})\.", "$1-$2-$3"),
    (r"^(\d{4})(\d{2})(\d{2})[T ](\d{2})(\d{2})(\d{2})", "$1-$2-$3 $4:$5:$6"),
    (r"^(\d{4})(\d{2})(\d{2})[T ](\d{2})(\d{2})(\D|$)", "$1-$2-$3 $4:$5$6"),
    (r"^(\d{4}-\d{2}-\d{2})-(\d{2})\.(\d{2})\.(\d{2})", "$1 $2:$3:$4"),
    (
        r"(\d)(?:,| -| at| à| um| om| kl\.?| a las?| às| o)\s+(\d{1,2}\s?[:.h时時点]\s?\d{2})",
        "$1 $2",
    ),
    (rf"^({_DAY}) (\d{{1,2}})\.(\d{{2}})(?:\.(\d{{2}}))?(?:\s?(?:Uhr|h|hrs?))?$", "$1 $2:$3:$4"),
    (r"(\d{1,2})\s?[h时時点]\s?(\d{2})\s?[m分]?(?:\s?(\d{2})\s?[s秒]?)?$", "$1:$2:$3"),
    (r"(\d:\d{2}):$", "$1"),
    (r"(\d:\d{2})\s*(?:Uhr|uur|hrs?\.?|hs\.?|hod\.?|น\.?)$", "$1"),
    (r"(\d)\s?(?:ص|SA)$", "$1 AM"),
    (r"(\d)\s?(?:م|CH)$", "$1 PM"),
    (r"(?:上午|午前|오전)\s*(\d{1,2}:\d{2}(?::\d{2})?)", " $1 AM"),
    (r"(?:下午|午後|오후)\s*(\d{1,2}:\d{2}(?::\d{2})?)", " $1 PM"),
    (r"(?i)(\d)\s?a\.\s?m\.?$", "$1 AM"),
    (r"(?i)(\d)\s?p\.\s?m\.?$", "$1 PM"),
    (r"(?i)\s*[(\[]?(?:UTC|GMT)\s?([+-])(\d)(?::?(\d{2}))?[)\]]?$", " ${1}0$2:$3"),
    (r"(?i)\s*[(\[]?(?:UTC|GMT)\s?([+-])(\d{2})(?::?(\d{2}))?[)\]]?$", " $1$2:$3"),
    (r"([+-]\d{2}):$", "$1"),
    (r"\s{2,}", " "),
)


def plain(values: pl.Series) -> pl.Series:
    """Trimmed texts, those that are times in other words rewritten."""
    is_odd = values.str.contains(_ODD).fill_null(value=False)
    if not is_odd.any():
        return values
    texts = values.filter(is_odd).str.normalize("NFKC").str.replace_many([*_DIGITS], [*_ASCII])
    texts = texts.str.replace_many(_THAI, [*_ENGLISH])
    texts = _without_days(texts.str.replace(_OF, "$1 $2 $3"))
    for word, month in _months_in(texts):
        texts = texts.str.replace_all(rf"(^|[^\pL]){word}\b\.?", f"${{1}}{month}")
    for pattern, put in _RULES:
        texts = texts.str.replace(pattern, put)
    texts = _in_common_years(texts)
    return values.clone().scatter(is_odd.arg_true(), texts.str.strip_chars())


def _without_days(texts: pl.Series) -> pl.Series:
    """The texts without the day of the week that some begin with."""
    first, rest = texts.str.extract(_FIRST, 1), texts.str.replace(_FIRST, "")
    days = [word for word in first.drop_nulls().unique().to_list() if _bare(word) in _DAYS_OF_WEEK]
    is_day = (first.is_in(days) & rest.str.contains(_DATE)).fill_null(value=False)
    return rest.zip_with(is_day, texts)


def _in_common_years(texts: pl.Series) -> pl.Series:
    """The texts with years of the Buddhist calendar and of the Republic in those of the common one."""
    for pattern, ahead in _CALENDARS:
        years = texts.str.extract(pattern, 1)
        for year in years.drop_nulls().unique().sort().to_list():
            common = texts.str.replace(rf"(^|[-/. ])(?:令和)?{year}", f"${{1}}{int(year) - ahead}")
            texts = texts.zip_with((years != year).fill_null(value=True), common)
    return texts


def _months_in(texts: pl.Series) -> list[tuple[str, str]]:
    """The names of months in some texts, as written, with the English ones."""
    words = texts.str.extract_all(_WORD).explode().drop_nulls().unique().sort()
    known = ((word, _months().get(_bare(word))) for word in words.to_list())
    return [(word, month) for word, month in known if month]


@cache
def _months() -> dict[str, str]:
    """English months by their names in every language that means no other month by it."""
    found: dict[str, set[str]] = {}
    for line in _MONTHS.values():
        for month, names in zip(_ENGLISH, line.split(), strict=True):
            for name in names.split("/"):
                found.setdefault(_bare(name), set()).add(month)
    return {name: next(iter(months)) for name, months in found.items() if len(months) == 1}


def _bare(word: str) -> str:
    """A word in lower case, without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
