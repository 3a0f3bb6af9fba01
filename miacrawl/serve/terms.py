"""What people type into a search box, as an FTS5 expression that can't be wrong.

Words are looked for together; "words in quotation marks" as they stand; `vacc*` by their beginning; `a OR b` either;
`a NOT b` and `a -b` leave out; parentheses group; `title:`, `blurb:` and `body:` say where. Everything else
(`covid-19`, NEAR, other names with colons) is text, quoted word by word. Where that makes no sense something near it
is looked for, and a remark says what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from miacrawl.serve.expression import Either, Every, Node, Term, wanted_terms, without_unwanted

MAX_TERMS = 32
MAX_LENGTH = 400
MAX_DEPTH = 8
LEAST_BEGINNING = 3
"""Letters before a star: the index holds whole words, and gathering all that begin with one letter takes seconds."""
_TOKEN = re.compile(
    r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"(?P<star>\*?)|(?P<open>\()|(?:(?P<field>title|blurb|body):)|'
    r'(?P<word>[^\s"()]+))|(?P<close>\))',
    re.IGNORECASE,
)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Letters of scripts that are written without blanks."""
_OPERATORS = ("AND", "OR", "NOT")

UNCLOSED_QUOTE = "A quotation mark has no partner: the words after it were looked for one by one."
UNCLOSED = "A parenthesis is not closed: it was taken to end where the question ends."
UNOPENED = "A closing parenthesis has no partner and was left out."
TOO_DEEP = f"Parentheses within parentheses, more than {MAX_DEPTH} deep, were left out."
LONE = "{} has nothing on one of its sides and was left out. To find the word itself, write it small."
ONLY_UNWANTED = "There is nothing to leave words out of, so the words themselves were looked for."
UNWANTED_ALTERNATIVE = "An alternative that only leaves words out was left out itself."
SHORT = "{}* is too short a beginning ({} letters at least): it was looked for as a word."
CUT = f"Only the beginning was looked for: {MAX_TERMS} words, or {MAX_LENGTH} characters, are the most."
UNSPACED = (
    "Chinese, Japanese, Thai, Lao, Khmer and Burmese have no blanks between words, so all letters up to the next mark "
    "or blank are one word to this index: what stands within is not found. A star finds what begins so, as in {}*."
)
NO_WORD = "Nothing follows {} to be looked for there."


@dataclass(frozen=True, slots=True)
class Terms:
    """A question taken apart, and what is to be said of how it was understood."""

    root: Node | None = None
    remarks: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """For MATCH; "" where nothing was asked that can be found."""
        return self.root.match if self.root else ""

    @property
    def cut(self) -> bool:
        """Whether more was typed than is looked for."""
        return CUT in self.remarks

    @property
    def contrary(self) -> bool:
        """Whether words are looked for that were to be left out, or such an alternative was dropped."""
        return ONLY_UNWANTED in self.remarks or UNWANTED_ALTERNATIVE in self.remarks

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The words and phrases that are looked for, each once; those to be left out are not among them."""
        return tuple(dict.fromkeys(wanted_terms(self.root))) if self.root else ()

    @property
    def count(self) -> int:
        """How many words and phrases are looked for."""
        return len(self.wanted)

    @property
    def head(self) -> str:
        """The expression for an index of title and blurb, leaving nothing out; "" where it needs the body."""
        if self.root is None or any(term.field == "body" for term in self.wanted):
            return ""
        return without_unwanted(self.root).match


def parse(typed: str) -> Terms:
    """The terms of `typed`: at most MAX_TERMS, from its first MAX_LENGTH characters. Never raises."""
    return _Reading(typed).terms()


def either(typed: str) -> str | None:
    """The same question with OR between its words, where that asks for more than it did; else None."""
    root = parse(typed).root
    if not isinstance(root, Every) or root.unwanted:
        return None
    if not all(isinstance(node, Term) for node in root.wanted):
        return None
    words = dict.fromkeys(_typed(node) for node in root.wanted if isinstance(node, Term))
    return " OR ".join(words) if len(words) > 1 else None


def _typed(term: Term) -> str:
    """As somebody would type it."""
    plain = not re.search(r"[\s()]", term.text) and term.text not in _OPERATORS
    text = term.text if plain else f'"{term.text}"'
    return f"{term.field}{':' if term.field else ''}{text}{'*' if term.beginning else ''}"


Found = tuple[tuple[Node, ...], tuple[Node, ...]]
"""What is wanted, and what is to be left out of it."""


class _Reading:
    """One reading of what was typed, from left to right."""

    def __init__(self, typed: str) -> None:
        self._cut = len(typed) > MAX_LENGTH
        self._text = text = _plain(typed[:MAX_LENGTH])
        self._remarks: dict[str, None] = {UNCLOSED_QUOTE: None} if text.count('"') % 2 else {}
        self._tokens = list(_TOKEN.finditer(text))
        self._place = self._count = self._ignored = 0

    def terms(self) -> Terms:
        """What was typed, as a whole."""
        wanted, unwanted = self._alternatives(0, "")
        if unwanted and not wanted:
            self._say(ONLY_UNWANTED)
            wanted, unwanted = unwanted, ()
        if unspaced := _UNSPACED.search(self._text):
            self._say(UNSPACED.format(unspaced[0]))
        if self._cut:
            self._say(CUT)
        return Terms(_every(wanted, unwanted), tuple(self._remarks))

    def _say(self, remark: str) -> None:
        self._remarks[remark] = None

    def _peek(self) -> re.Match[str] | None:
        """The token that stands next, as long as more may be looked for."""
        if self._count >= MAX_TERMS and self._place < len(self._tokens):
            self._cut, self._place = True, len(self._tokens)
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _alternatives(self, depth: int, field: str) -> Found:
        """What stands up to the end, or the parenthesis that closes it, with OR between."""
        found = [self._together(depth, field)]
        while _operator(self._peek()) == "OR":
            self._place += 1
            found.append(self._together(depth, field))
        if len(found) == 1:
            return found[0]
        if ((), ()) in found:
            self._say(LONE.format("OR"))
        nodes = [node for wanted, unwanted in found if (node := _every(wanted, unwanted))]
        unwanted = [node for wanted, without in found if not wanted for node in without]
        if not nodes:
            return (), tuple(unwanted)
        if unwanted:
            self._say(UNWANTED_ALTERNATIVE)
        return (nodes[0] if len(nodes) == 1 else Either(tuple(nodes)),), ()

    def _together(self, depth: int, field: str) -> Found:
        """What stands up to an OR or the end: words, phrases and groups that belong together."""
        wanted: list[Node] = []
        unwanted: list[Node] = []
        waiting = ""
        while (token := self._peek()) is not None and (operator := _operator(token)) != "OR":
            if token["close"]:
                if depth and not self._ignored:
                    break
                self._place += 1
                self._close_ignored()
            elif operator:
                self._place += 1
                if waiting == operator or (operator == "AND" and not (wanted or unwanted)) or waiting == "NOT":
                    self._say(LONE.format(operator))
                else:
                    waiting = operator
            else:
                found, without = self._one(depth, field)
                (unwanted if waiting == "NOT" else wanted).extend(found)
                unwanted.extend(without)
                waiting = "" if found or without else waiting
        if waiting:
            self._say(LONE.format(waiting))
        return tuple(wanted), tuple(unwanted)

    def _close_ignored(self) -> None:
        if self._ignored:
            self._ignored -= 1
        else:
            self._say(UNOPENED)

    def _one(self, depth: int, field: str) -> Found:
        """A word, a phrase or a group, with what stands before it: a minus, a field."""
        token = self._tokens[self._place]
        self._place += 1
        if token["field"]:
            found = self._in_field(token["field"].lower(), depth)
        elif token["open"]:
            found = self._group(depth, field)
        else:
            text = token["word"] or token["phrase"] or ""
            star = bool(token["star"]) or text.endswith("*")
            found = self._term(text.rstrip("*"), star, field)
        wanted, unwanted = found
        return ((), (*wanted, *unwanted)) if token["sign"] else found

    def _in_field(self, field: str, depth: int) -> Found:
        following = self._peek()
        if following is None or following["close"] or _operator(following):
            self._say(NO_WORD.format(f"{field}:"))
            return (), ()
        return self._one(depth, field)

    def _group(self, depth: int, field: str) -> Found:
        if depth == MAX_DEPTH:
            self._say(TOO_DEEP)
            self._ignored += 1
            return (), ()
        wanted, unwanted = self._alternatives(depth + 1, field)
        if self._peek() is not None:
            self._place += 1  # the parenthesis that closes it
        elif not self._cut:
            self._say(UNCLOSED)
        node = _every(wanted, unwanted)
        return ((node,), ()) if node else ((), unwanted)

    def _term(self, text: str, beginning: bool, field: str) -> Found:
        text = " ".join(text.split())
        if not any(map(str.isalnum, text)):
            return (), ()
        if beginning and len(text) < LEAST_BEGINNING and not _UNSPACED.match(text):
            self._say(SHORT.format(text, LEAST_BEGINNING))
            beginning = False
        self._count += 1
        return (Term(text, beginning, field),), ()


def _operator(token: re.Match[str] | None) -> str:
    """AND, OR or NOT, if that is what the token is."""
    return token["word"] if token and not token["sign"] and token["word"] in _OPERATORS else ""


def _every(wanted: tuple[Node, ...], unwanted: tuple[Node, ...]) -> Node | None:
    if not wanted:
        return None
    return wanted[0] if len(wanted) == 1 and not unwanted else Every(wanted, unwanted)


def _plain(text: str) -> str:
    """Without control characters, which end SQLite's reading, and without halves of characters."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in text)
