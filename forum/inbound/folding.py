"""What somebody wrote, apart from what their mail program put around it. Nothing is thrown away: the rest is folded.

Two questions are asked of each line: is it marked as quoted, in one of the many ways there are; and did we send it
ourselves. Where nothing speaks against it, a line is the author's own: a quotation left standing annoys, lost words hurt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from forum.inbound.comparing import Sent, words_of
from forum.inbound.marks import (
    attribution_before,
    begins_signature,
    header_block,
    is_disclaimer,
    is_quoted,
    is_rule,
    is_sent_from,
    is_separator,
    without_marks,
)

CERTAIN, LIKELY, SOME = 0.9, 0.7, 0.3  # how much of a line we must have sent
ENOUGH = 6  # words of an unmarked line, to call it ours
LINES_OF_A_SIGNATURE, LETTERS_OF_A_SIGNATURE = 12, 900
LINES_KEPT = 6  # of each quotation an answer stands under


class _Is(Enum):
    OWN = auto()
    BLANK = auto()
    QUOTED = auto()
    HEADING = auto()  # says that a quotation follows
    SIGNATURE = auto()


@dataclass(frozen=True)
class Point:
    """Words of the author's in one piece, and where they stand.

    Args:
        above: the lines of the quotation directly above, with their marks.
        is_between: whether a quotation that is marked follows as well.
    """

    own: str
    above: tuple[str, ...]
    is_between: bool


@dataclass(frozen=True)
class Folded:
    """A text in three.

    Args:
        own: what the author wrote; with the quotations they answer one by one.
        quoted: what they were answering, or passed on.
        signature: what stands under each of their mails.
        points: the author's words once more, piece by piece.
    """

    own: str
    quoted: str = ""
    signature: str = ""
    points: tuple[Point, ...] = ()

    @property
    def rest(self) -> str:
        return "\n\n".join(filter(None, (self.quoted, self.signature)))


def fold(text: str, sent: Sent | None = None) -> Folded:
    """Tell the author's own words from the rest.

    Args:
        text: a mail's, as plain text.
        sent: what they were sent; `Sent()` where it was nothing, None where we do not know any more.
    """
    folded = _Reading(text, sent or Sent()).folded()
    if sent is None and not folded.own:  # answered between the lines of what we no longer know: better too much
        return Folded(folded.quoted, "", folded.signature)
    return folded


class _Reading:
    """One text while it is looked at."""

    def __init__(self, text: str, sent: Sent) -> None:
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").split("\n")
        self.sent = sent
        self.kinds = [_Is.OWN if line.strip() else _Is.BLANK for line in self.lines]
        self.unmarked_from = len(self.lines)  # after a heading whose quotation bears no marks

    def folded(self) -> Folded:
        self._see_headings()
        self._see_marks()
        self._see_ours()
        self._see_headings_without_a_time()
        self._see_signatures()
        points = tuple(self._points())
        self._keep_what_is_answered()
        signature = self._joined(_Is.SIGNATURE).strip("\n")
        return Folded(self._joined(_Is.OWN), self._joined(_Is.QUOTED, _Is.HEADING), signature, points)

    def _see_headings(self) -> None:
        position = 0
        while position < len(self.lines):
            line = self.lines[position]
            end = position + 1
            if self.kinds[position] is _Is.OWN and not is_quoted(line):
                if (first := attribution_before(self.lines, position)) is not None:
                    self._heading(first, end)
                elif (after := header_block(self.lines, position)) is not None:
                    end = after
                    self._heading(position, end)
                elif is_separator(line):
                    self._heading(position, end)
            position = end

    def _see_headings_without_a_time(self) -> None:
        """ "On Nov 26, Ana wrote:" could begin a quotation of the author's own choice, so what stands below it decides."""
        for first, _end in list(self._quotations()):
            last = next((at for at in range(first - 1, -1, -1) if self.lines[at].strip()), -1)
            if last < 0 or self.kinds[last] is not _Is.OWN:
                continue
            if (begin := attribution_before(self.lines, last, above_ours=True)) is not None:
                self._heading(begin, last + 1)

    def _heading(self, first: int, end: int) -> None:
        while first and self.kinds[first - 1] is _Is.OWN and self._announces(first - 1):
            first -= 1
        self.kinds[first:end] = [_Is.HEADING] * (end - first)
        following = next((self.lines[at] for at in range(end, len(self.lines)) if self.lines[at].strip()), "")
        if not is_quoted(following):
            self.unmarked_from = min(self.unmarked_from, end)

    def _announces(self, position: int) -> bool:
        return is_rule(self.lines[position]) or is_separator(self.lines[position])

    def _see_marks(self) -> None:
        for first, end in self._blocks():
            heads = any(kind is _Is.HEADING for kind in self.kinds[max(0, first - 3) : first])
            if heads or not self.sent or self._share(first, end) >= SOME or first >= self.unmarked_from:
                self._set(first, end, _Is.QUOTED)
            # otherwise the author quotes something of their own choice, and it belongs to what they say

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Runs of lines that are marked as quoted, with the empty ones between."""
        first, end = -1, -1
        for position, line in enumerate(self.lines):
            if is_quoted(line) and self.kinds[position] is not _Is.HEADING:
                first, end = (position if first < 0 else first), position + 1
            elif line.strip() and first >= 0:
                yield first, end
                first = -1
        if first >= 0:
            yield first, end

    def _share(self, first: int, end: int) -> float:
        return self.sent.share(words_of("\n".join(map(without_marks, self.lines[first:end]))))

    def _see_ours(self) -> None:
        """Lines we sent ourselves, marked or not, and what cannot be told from them."""
        at = 0
        for position, line in enumerate(self.lines):
            kind, after_heading = self.kinds[position], position >= self.unmarked_from
            if kind not in (_Is.OWN, _Is.QUOTED):
                continue
            words = words_of(without_marks(line))
            if kind is _Is.QUOTED:
                at = self.sent.after(words, at)
            elif not self.sent:
                if after_heading:
                    self.kinds[position] = _Is.QUOTED
            elif self._is_ours(words, line, at, LIKELY if after_heading else CERTAIN, after_heading):
                self.kinds[position] = _Is.QUOTED
                at = self.sent.after(words, at)

    def _is_ours(self, words: list[str], line: str, at: int, enough: float, after_heading: bool) -> bool:
        if not words:
            return after_heading and (self.sent.has_address(line) or not any(c.isalnum() for c in line))
        if len(words) > 3:
            few = not after_heading and len(words) < ENOUGH
            return not few and self.sent.share(words) >= enough
        return (after_heading or at > 0) and self.sent.next(words, at) >= 0

    def _see_signatures(self) -> None:
        for first, end in list(self._own_stretches()):
            self._see_signature(first, end)
            self._see_disclaimer(first, end)
        for position, line in enumerate(self.lines):
            if self.kinds[position] is _Is.OWN and is_sent_from(line) and self._ends_here(position):
                self.kinds[position] = _Is.SIGNATURE

    def _own_stretches(self) -> Iterator[tuple[int, int]]:
        """From the author's first line to where something else begins."""
        first = -1
        for position, kind in enumerate([*self.kinds, _Is.QUOTED]):
            if kind is _Is.OWN and first < 0:
                first = position
            elif kind in (_Is.QUOTED, _Is.HEADING) and first >= 0:
                yield first, position
                first = -1

    def _see_signature(self, first: int, end: int) -> None:
        for position in range(end - 1, first - 1, -1):
            if begins_signature(self.lines[position]):
                under = [line for line in self.lines[position + 1 : end] if line.strip()]
                if len(under) <= LINES_OF_A_SIGNATURE and sum(map(len, under)) <= LETTERS_OF_A_SIGNATURE:
                    self._set(position, end, _Is.SIGNATURE)
                return

    def _see_disclaimer(self, first: int, end: int) -> None:
        """The last paragraph of a stretch, and the one above it, as long as they disclaim."""
        while end > first:
            last = end
            while last > first and self.kinds[last - 1] is not _Is.OWN:
                last -= 1
            begin = last
            while begin > first and self.kinds[begin - 1] is _Is.OWN:
                begin -= 1
            if begin in (first, last) or not is_disclaimer("\n".join(self.lines[begin:last])):
                return
            self._set(begin, last, _Is.SIGNATURE)
            end = begin

    def _ends_here(self, position: int) -> bool:
        """Whether the author says nothing after this line before something else begins."""
        later = (self.kinds[at] for at in range(position + 1, len(self.kinds)))
        return next((kind for kind in later if kind is not _Is.BLANK), _Is.BLANK) is not _Is.OWN

    def _points(self) -> Iterator[Point]:
        above = 0
        for first, end in self._own_stretches():
            own = self._joined(_Is.OWN, within=range(first, end))
            quoted = tuple(self.lines[at] for at in range(above, first) if self.kinds[at] is _Is.QUOTED)
            if own:
                yield Point(own, tuple(line for line in quoted if line.strip()), self._is_marked_at(end))
            above = end

    def _is_marked_at(self, position: int) -> bool:
        return position < len(self.lines) and is_quoted(self.lines[position])

    def _keep_what_is_answered(self) -> None:
        """Where somebody answers point by point, each point stays above its answer, as far as it is short."""
        points = [(first, end) for first, end in self._quotations() if self._is_answered(end)]
        if len(points) < 2:
            return
        for first, end in points:
            kept = [at for at in range(first, end) if self.kinds[at] is _Is.QUOTED and is_quoted(self.lines[at])]
            for position in kept[-LINES_KEPT:]:
                self.kinds[position] = _Is.OWN

    def _quotations(self) -> Iterator[tuple[int, int]]:
        first = -1
        for position, kind in enumerate([*self.kinds, _Is.OWN]):
            if kind in (_Is.QUOTED, _Is.HEADING) and first < 0:
                first = position
            elif kind in (_Is.OWN, _Is.SIGNATURE) and first >= 0:
                yield first, position
                first = -1

    def _is_answered(self, end: int) -> bool:
        return end < len(self.lines) and self.kinds[end] is _Is.OWN

    def _set(self, first: int, end: int, kind: _Is) -> None:
        for position in range(first, end):
            if self.kinds[position] is not _Is.HEADING and (self.lines[position].strip() or kind is _Is.QUOTED):
                self.kinds[position] = kind

    def _joined(self, *kinds: _Is, within: range | None = None) -> str:
        """The lines of these kinds, with at most one empty one between two that were apart."""
        said: list[str] = []
        where = within or range(len(self.lines))
        last = where.start - 1
        for position in where:
            line = self.lines[position]
            if self.kinds[position] not in kinds:
                continue
            apart = any(not self.lines[between].strip() for between in range(max(0, last + 1), position))
            if said and (apart or position > last + 1) and said[-1].strip():
                said.append("")
            said.append(line.rstrip())
            last = position
        return "\n".join(said).strip("\n")
