"""The engine for one large machine: Tantivy in DATA_DIR, for a million pages and more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TypeVar

import structlog
from tantivy import FieldType
from tantivy import Query as Tantivy

from forum.kernel import clock
from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, MAKING, Document, Found, Health, NotReady, Progress, Sort, made_by
from forum.search.engines import spelling
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.tantivy.asking import PATIENCE, Asking, Opened
from forum.search.engines.tantivy.bounds import one_of
from forum.search.engines.tantivy.store import Pen, Store, read_state, state_in
from forum.search.patience import is_over, until
from forum.search.query import Query, Word

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Held(threading.local):
    """The pen this thread holds, while it is `writing()`."""

    pens: dict[Path, Pen] | None = None


class TantivyEngine:
    """See `forum.search.engine.Engine`, whose words these are."""

    name = "tantivy"
    comfortable = 2_000_000

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self._opened: Opened | None = None
        self._lock = threading.Lock()
        self._held = Held()

    # asking

    def find(
        self,
        query: Query,
        *,
        keys: frozenset[str],
        filters: Mapping[str, Sequence[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        page: int = 1,
        size: int = 10,
        any_clause: bool = False,
        first: str = "",
    ) -> Found:
        wanted = {name: frozenset(values) for name, values in (filters or {}).items() if values and name in FILTERS}

        def answer(opened: Opened) -> Found:
            asking = Asking(opened, query, keys, wanted, any_clause=any_clause, until=until(PATIENCE))
            return asking.found(sort=sort, page=page, size=size, first=first)

        return self._asked(answer)

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        def answer(opened: Opened) -> list[str]:
            candidates = opened.lists.beginning_with(start, 4 * limit)
            shown = (token for token, _ in candidates if self._is_seen(opened, token, keys))
            return [token.removeprefix(EXACT) for token in islice(shown, limit)]

        return self._asked(answer)

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        if is_over():
            return None

        def answer(opened: Opened) -> str | None:
            near = spelling.nearest(
                word,
                lambda tokens: self._frequencies(opened, tokens),
                lambda word, most: opened.lists.beginning_with(word[:2], most),
            )
            found = next((token for token in near if self._is_seen(opened, token, keys)), None)
            return found and found.removeprefix(EXACT)

        return self._asked(answer)

    def _is_seen(self, opened: Opened, token: str, keys: frozenset[str]) -> bool:
        """Whether the word occurs in something a holder of the keys may see: else even naming it would tell."""
        return Asking(opened, Query(((Word(token, frozenset()),),)), keys, {}).is_anything()

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        return self._asked(lambda opened: self._frequencies(opened, tokens))

    def _frequencies(self, opened: Opened, tokens: Iterable[str]) -> dict[str, int]:
        counts = {}
        for token in set(tokens):
            fields = BOOSTS if token.startswith(EXACT) else [f"{name}_stems" for name in BOOSTS]
            if most := max(opened.searcher.doc_freq(name, token) for name in fields):
                counts[token] = most
        return counts

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        return {fields["key"] for fields in self._stored("parent", parents)}

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        return {fields["key"]: fields["signature"] for fields in self._stored("key", keys)}

    def _stored(self, name: str, values: Iterable[str]) -> list[dict[str, str]]:
        """What is stored of the documents with one of these values."""

        def answer(opened: Opened) -> list[dict[str, str]]:
            found, wanted = [], list(values)
            for start in range(0, len(wanted), 400):
                query = one_of(opened.schema, name, wanted[start : start + 400])
                hits = opened.searcher.search(query, max(opened.searcher.num_docs, 1), count=False).hits
                documents = (opened.searcher.doc(address) for _, address in hits)
                found += [{n: d.get_first(n) or "" for n in ("key", "signature")} for d in documents]
            return found

        return self._asked(answer)

    def keys_in(self, lot: int, lots: int) -> list[str]:
        def answer(opened: Opened) -> list[str]:
            low, high = 2**63 * lot // lots, 2**63 * (lot + 1) // lots - 1
            query = Tantivy.range_query(opened.schema, "group", FieldType.Unsigned, low, high)
            hits = opened.searcher.search(query, max(opened.searcher.num_docs, 1), count=False).hits
            return [opened.searcher.doc(address).get_first("key") or "" for _, address in hits]

        return self._asked(answer)

    def languages(self) -> frozenset[str]:
        return self._asked(lambda opened: opened.languages)

    def count(self) -> int:
        return self._asked(lambda opened: opened.count)

    def health(self) -> Health:
        try:
            opened = self._open()
            state = state_in(opened.searcher, opened.schema)
            watermark, generation = int(state.get("watermark", 0)), opened.generation.name
            return Health(True, opened.count, watermark, generation, making=made_by(state))
        except Exception as error:
            return Health(False, trouble=str(error) or repr(error))

    # writing

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        with self.store.lock(what):
            outermost, self._held.pens = self._held.pens is None, self._held.pens or {}
            try:
                yield
            finally:
                if outermost:
                    pens, self._held.pens = self._held.pens, None
                    for pen in pens.values():
                        pen.close()

    def writing(self, what: str = "present") -> AbstractContextManager[None]:
        return self._writing(what)

    @contextmanager
    def _pen(self, generation: Path | None) -> Iterator[Pen]:
        """The pen of a generation: kept while this thread is `writing()`, else put away at once."""
        held = self._held.pens
        if held is not None and generation is not None and generation in held:
            yield held[generation]
            return
        pen = Pen(self.store.open(generation))
        if held is not None and generation is not None:
            held[generation] = pen
            yield pen
            return
        try:
            yield pen
        finally:
            pen.close()

    def put(self, documents: Iterable[Document], remove: Iterable[str] = (), *, watermark: int | None = None) -> None:
        ready = list(documents)
        with self._pen(self.store.pointed("CURRENT")) as pen:
            pen.write(ready, remove, {} if watermark is None else {"watermark": watermark})

    def begin(self, mark: int, *, afresh: bool = False) -> Progress:
        begun = None if afresh else self.store.pointed("NEXT")
        if begun is not None:
            try:
                return Progress(**read_state(self.store.open(begun))["progress"])
            except Exception:
                log.warning("the half-built index cannot be read; beginning again", generation=begun.name)
        progress = Progress(mark=mark, began_at=clock.now().isoformat(), making=MAKING)
        made = self.store.create()
        with self._pen(made) as pen:
            pen.write((), (), {"progress": asdict(progress)})
        self.store.point("NEXT", made)
        return progress

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        ready = list(documents)
        with self._pen(self.store.pointed("NEXT")) as pen:
            pen.write(ready, remove, {"progress": asdict(progress)}, may_wait=True)

    def settle(self) -> None:
        pass  # every commit is ready to be asked; merges go on beside

    def swap(self, watermark: int) -> None:
        built = self.store.pointed("NEXT")
        if built is None:
            raise NotReady("there is no next generation")
        with self._pen(built) as pen:
            pen.write((), (), {"watermark": watermark})
        self.store.point("CURRENT", built)
        self.store.forget("NEXT")
        self.store.clear_away()

    def close(self) -> None:
        with self._lock:
            self._opened = None

    # keeping it open

    def _open(self) -> Opened:
        """The index as its last commit left it."""
        generation = self.store.pointed("CURRENT")
        if generation is None:
            raise NotReady("there is no index yet")
        with self._lock:
            try:
                if self._opened is None or self._opened.generation != generation:
                    self._opened = Opened(generation, self.store.open(generation))
                elif self._opened.is_old():
                    self._opened = Opened(generation, self._opened.index)
            except Exception as error:
                raise self._damaged(error, generation) from error
            return self._opened

    def _asked(self, answer: Callable[[Opened], T]) -> T:
        opened = self._open()
        try:
            return answer(opened)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a damaged file makes compiled code panic, which is no Exception
            if self._is_sound(opened.generation):
                raise
            raise self._damaged(error, opened.generation) from error

    def _is_sound(self, generation: Path) -> bool:
        """Whether every document and some of every word list can be read: an error was ours, then, not the disk's."""
        try:
            opened = Opened(generation, self.store.open(generation))
            hits = opened.searcher.search(Tantivy.all_query(), max(opened.searcher.num_docs, 1), count=False).hits
            for _, address in hits:
                opened.searcher.doc(address)
            for name in BOOSTS:
                opened.searcher.terms_with_prefix(name, EXACT, None, 50)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            return False
        return True

    def _damaged(self, error: BaseException, generation: Path) -> NotReady:
        """Put the damaged generation out of use, so that the worker builds another."""
        self._opened = None
        if self.store.pointed("CURRENT") == generation:
            log.error("the search index is damaged and will be rebuilt", error=repr(error))
            self.store.forget("CURRENT")
        return NotReady("the index is damaged")
