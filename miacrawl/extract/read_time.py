"""The reading time that a page states: shown by the headline, or in its metadata. Never computed.

Listening times, lengths of videos, cooking times and the reading times on other articles' cards are not it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.names import NamePattern
from miacrawl.extract.place import places_of
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import ARTICLE_TYPES, Page, all_text, attributes_of, ld_text, ld_types
from miacrawl.strategy import Strategy


@dataclass(frozen=True, slots=True)
class ReadTime:
    """Whole minutes, at least 1, and the text that said so."""

    minutes: int
    text: str


MAX_MINUTES = 600
"""Minutes; whatever claims more is no reading time."""

_MINUTE = (
    r"(?:(?:minutes?|minuten|minut[aiyo]?s?|minuter|minutter|minuuttia|minuti|minutos?|min[úu]t\w*|minit|menit|mins?|"
    r"m[íi]n|dakika\w*|dk|perc\w*|λεπτ\w+|минут\w*|мин|хвилин\w*|хв|минути|минуте|дакик\w*|دقيقة|دقائق|دقیقه|"
    r"דקות|דקה|मिनट|मिनिटे|মিনিট|நிமிட\w*|నిమిష\w*|นาที|phút|minūt\w*|minučių)(?![^\W\d_])|(?:分钟|分鐘|分間|分|분)で?)"
)
_SECOND = r"(?:seconds?|secs?|sekunden|sekund\w*|secondes?|segundos?|secondi|saniye|секунд\w*|秒|초|s)(?![^\W\d_])"
_READ = (
    r"(?:reads?(?![a-z])|reading|readtime|les(?:e|ing|en|edauer|ezeit|etid|tid|tijd)\w*|leestijd|lezen|l[eä]s\w{0,9}|læs\w{0,8}|"
    r"le[ií]tura|lectura|lecture|lire|leer|ler|lettura|leggere|llegir|lestur\w*|lestrar\w*|luku\w*|lukea|czyta\w*|"
    r"čten[íi]|čítani[ea]|prečíta\w*|citi(?:re|t)\w*|lectur[ăa]|olvas\w*|okuma\w*|ανάγνωσ\w*|διάβασ\w*|διαβάσ\w*|"
    r"чтени\w*|чита\w*|прочита\w*|прочт\w*|прочтения|четене|čitanj\w*|branj\w*|las[īi]\w*|skait\w*|baca\w*|membaca|"
    r"đọc|อ่าน|読了|読む|読\w*|읽\w*|阅读|閱讀|閲讀|ler|قراءة|للقراءة|مطالعه|خواندن|קריאה|पढ़\w*|পড়\w*|"
    r"lugemi\w*)"
)
_OTHER = re.compile(
    r"listen|audio|podcast|watch|video|film|hör|anhören|lyt|lyssna|écout|escuch|ascolt|odsłuch|послуша|слуша|聴|"
    r"ago\b|\bvor\b|il y a|hace|fa\b|siden|sedan|назад|temu|önce|geleden|"
    r"cook|prep|bake|recipe|oven|zubereit|koch|kochen|backen|"
    r"workout|exercise|walk|drive|delay|late|update|every",
    re.I,
)
_NUMBER = r"(?P<n>\d{1,3}(?:[.,]\d{1,3})?)(?:\s*[-–]\s*\d{1,3})?\+?"
_AFTER = re.compile(
    rf"(?<![\d.,:])(?P<less><|&lt;|less than (?:a|an|one)?|under|weniger als|menos de|moins d[e'’])?\s*{_NUMBER}[\s-]*"
    rf"(?:{_MINUTE}|m(?=[\s-]*read))\.?(?:[\s,]+(?P<s>\d{{1,2}})\s*{_SECOND})?[\s.,-]*"
    rf"(?:\w{{1,4}}[\s'’]+)?(?:estimated )?{_READ}",
    re.I,
)
_BEFORE = re.compile(
    rf"(?<![^\W\d_]){_READ}[^\d\n.!?]{{0,32}}?(?P<less><\s*)?(?<![\d.,])(?:{_NUMBER}[\s-]*{_MINUTE}\.?"
    rf"(?:[\s,]+(?P<s>\d{{1,2}})\s*{_SECOND})?|(?P<clock>\d{{1,3}}:\d\d)(?!\d)(?:\s*{_MINUTE})?)",
    re.I,
)
_SECONDS_READ = re.compile(
    rf"(?<![\d.,:])(?P<s>\d{{1,3}})[\s-]*{_SECOND}[\s.-]*(?:\w{{1,4}}\s+)?{_READ}"
    rf"|(?<![^\W\d_]){_READ}[^\d\n.!?]{{0,32}}?(?P<s2>\d{{1,3}})\s*{_SECOND}",
    re.I,
)
_ONE = re.compile(r"(?:less than (?:a|one) minute|under a minute|one[- ]minute|a minute)(?:'s)?[\s-]+read", re.I)
_ALONE = re.compile(rf"(?:(?:ca|approx|env|circa|~|≈)\.?\s*)?{_NUMBER}\s*(?:{_MINUTE}|['’′])\.?", re.I)
_READ_NAME = NamePattern(
    r"read(?:ing)?[-_ ]?(?:time|duration|length|min)|read(?:er)?time|time[-_]?(?:to|of)[-_]?read|readingtime|"
    r"mins?[-_]?(?:to[-_]?)?read|lesezeit|lesedauer|leestijd|tiempo[-_]?(?:de[-_]?)?lectura|temps[-_]?(?:de[-_]?)?lecture|"
    r"(?<![a-z])rtime(?![a-z])|(?<![a-z])ert(?![a-z])|tempo[-_]?(?:di[-_]?lettura|de[-_]?leitura)|czas[-_]?czytania|okuma[-_]?s[uü]resi|timerequired"
)
_OTHER_NAME = NamePattern(r"audio|listen|video|player|podcast|duration(?![a-z])|recipe|timer|vidlength|speech")
_LABEL = re.compile(rf"{_READ}", re.I)
_DURATION = re.compile(
    r"P?\s*(?:0+Y)?\s*(?:0+M(?=[\dT]))?\s*(?:0+W)?\s*(?:(?P<d>\d{1,4})D)?\s*T?\s*"
    r"(?:(?P<h>\d{0,4}(?:[.,]\d{1,9})?)\s*H)?\s*(?:(?P<m>\d{0,6}(?:[.,]\d{1,9})?)\s*M(?:IN\w{0,5})?)?\s*"
    r"(?:(?P<s>\d{0,6}(?:[.,]\d{1,9})?)\s*S(?:EC\w{0,5})?)?\s*\.?",
    re.I,
)
_CLOCK = re.compile(r"P?(?:0+-0+-0+)?T?(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})", re.I)
_UNITLESS = re.compile(r"P?T?\s*(?P<m>\d{1,2}(?:[.,]\d{1,9})?)", re.I)
_MAX_DURATION = 60
_TIMED_TYPES = frozenset(("Recipe", "PodcastEpisode", "RadioEpisode"))
"""Types of JSON-LD nodes whose pages show other minutes: of cooking, of listening."""
_DIGIT = re.compile(r"\d")
_MAX_LINE = 220


def stated_time(text: str, *, labelled: bool = False) -> ReadTime | None:
    """Reading time in a line of text: "2 min read", "Lesezeit: 3 Min.", "Reading time: 1 min 40 sec".

    With `labelled`, something else has said that it is a reading time, and a number of minutes alone will do.
    """
    if not _DIGIT.search(text):
        match = _ONE.search(text)
        return ReadTime(1, match.group()) if match else None
    for pattern in (_BEFORE, _AFTER):
        match = pattern.search(text)
        if match:
            return _timed(match, text)
    match = _SECONDS_READ.search(text)
    if match:
        return _minutes(int(match.group("s") or match.group("s2")) / 60, match.group())
    if labelled:
        match = _ALONE.search(text) or re.fullmatch(r"\s*(?P<n>\d{1,2})\s*", text)
        if match:
            return _minutes(_number(match["n"]), text.strip())
    return None


def _timed(match: re.Match[str], text: str) -> ReadTime | None:
    groups = match.groupdict()
    if groups.get("clock"):
        minutes, seconds = match["clock"].split(":")
        return _minutes(int(minutes) + int(seconds) / 60, match.group())
    return _minutes(_number(groups["n"]) + int(groups["s"] or 0) / 60, match.group())


def _number(text: str | None) -> float:
    return float((text or "0").replace(",", "."))


def _minutes(value: float, text: str) -> ReadTime | None:
    if not 0 < value <= MAX_MINUTES:
        return None
    return ReadTime(max(1, int(value + 0.5)), text.strip(" \t-–—|•·,;()"))


def _in_headline_block(page: Page) -> ReadTime | None:
    around = surroundings(page)
    nearest = [block for block in around.before[:12] if not block.places & {"nav", "footer", "related", "aside"}]
    for block in (*around.top, *nearest):
        if len(block.spaced) > _MAX_LINE or "related" in block.places or _is_card(block):
            continue
        found = stated_time(block.spaced) or stated_time(block.text)
        if found and not _is_other(block, found.text):
            return found
    return None


def _is_other(block: Line, text: str) -> bool:
    """Whether the line speaks of listening, watching or cooking where it names its minutes."""
    return bool(_OTHER.search(text)) or bool(block.named(_OTHER_NAME) and not block.named(_READ_NAME))


def _is_card(block: Line) -> bool:
    """Whether the block stands inside a link or in an item of a list of links: another article's card."""
    return block.is_link and any(node.tag == "a" for node in (*block.inner, *block.above)) and len(block.text) > 40


def _in_named_element(page: Page) -> ReadTime | None:
    around = surroundings(page)
    for block in (*around.top, *around.before[:12]):
        if "related" in block.places:
            continue
        for node in (*block.inner, *block.above[:3]):
            if _READ_NAME.matches(" ".join(attributes_of(node).values())[:600]):
                text = " ".join(all_text(node).split())
                found = stated_time(text, labelled=True) if len(text) <= 80 else None
                if found and not _OTHER.search(text):
                    return found
    return None


def _alone(page: Page) -> ReadTime | None:
    """A piece of the byline's or date's line that is nothing but "5 min"."""
    if any(_TIMED_TYPES.intersection(ld_types(node)) for node in page.json_ld):
        return None
    around = surroundings(page)
    for block in around.top:
        if block.is_paragraph:
            break
        if (
            len(block.spaced) > _MAX_LINE
            or block.places & {"related", "nav"}
            or block.named(_OTHER_NAME)
            or _OTHER.search(block.text)
        ):
            continue
        for piece in re.split(r"[|•·/—–()]|\s{2,}", "|".join(block.parts)):
            match = _ALONE.fullmatch(piece.strip(" ,;"))
            if match:
                return _minutes(_number(match["n"]), match.group())
    return None


def _from_labels(page: Page) -> ReadTime | None:
    """Label and data pairs as Yoast and Rank Math write them: twitter:label2 "Est. reading time", data2 "4 minutes"."""
    for number in range(1, 10):
        label, data = page.meta_first(f"twitter:label{number}"), page.meta_first(f"twitter:data{number}")
        if label and data and _LABEL.search(label) and not _OTHER.search(label):
            found = stated_time(data, labelled=True)
            if found and not _OTHER.search(data):
                return ReadTime(found.minutes, f"{label.rstrip(' :')}: {data}")
    return None


def _from_json_ld(page: Page) -> ReadTime | None:
    text = ld_text(page.article_ld.get("timeRequired"))
    return duration(text) if text else None


def _from_microdata(page: Page) -> ReadTime | None:
    """`<meta itemprop="timeRequired">` of the article: not that of a recipe, a video or another article's card."""
    if "timerequired" not in page.meta:
        return None
    for node in page.root.iter("meta"):
        if (node.get("itemprop") or "").lower() == "timerequired" and _of_this_article(node):
            return duration(node.get("content") or "")
    return None


def _of_this_article(node: _Element) -> bool:
    scopes = [above for above in node.iterancestors() if above.get("itemscope") is not None]
    kind = (scopes[0].get("itemtype") or "").rpartition("/")[2] if scopes else ""
    return (not kind or kind == "WebPage" or bool(ARTICLE_TYPES.search(kind))) and "related" not in places_of(node)


def _from_meta(page: Page) -> ReadTime | None:
    for name in (
        "article:reading_time",
        "reading_time",
        "readingtime",
        "reading-time",
        "readtime",
        "read_time",
        "read-time",
        "article:read_time",
    ):
        text = page.meta_first(name)
        found = duration(text) if text and not _OTHER.search(text) else None
        if found:
            return found
    return None


def duration(text: str) -> ReadTime | None:
    """An ISO 8601 duration as reading time, usual mistakes included; else the minutes that `text` states in words.

    "PT5M", "P0DT0H5M0S", "PT300S", "pt4.5m"; and for minutes "P5M", "T5M", "5M", "PT5", "5", "PT5MIN", "00:05:00".
    A number without a unit is minutes up to 99.
    """
    text = text.strip()
    if len(text) > _MAX_DURATION:
        return None
    match = _DURATION.fullmatch(text) or _CLOCK.fullmatch(text) or _UNITLESS.fullmatch(text)
    if not match or not any(match.groups()):
        return stated_time(text, labelled=True)
    parts = {"d": "0", "h": "0", "s": "0", **match.groupdict()}
    days, hours, minutes, seconds = (_number(parts[unit]) for unit in "dhms")
    return _minutes(days * 1440 + hours * 60 + minutes + seconds / 60, text)


READ_TIME: tuple[Strategy[ReadTime], ...] = (
    Strategy("visible:near-headline", _in_headline_block),
    Strategy("visible:named-element", _in_named_element),
    Strategy("visible:minutes-alone", _alone),
    Strategy("meta:twitter:label", _from_labels),
    Strategy("json-ld:timeRequired", _from_json_ld),
    Strategy("microdata:timeRequired", _from_microdata),
    Strategy("meta:reading-time", _from_meta),
)
"""Sources of the reading time: shown by the headline first, then metadata."""
