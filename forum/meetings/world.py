"""A map of the world in tiles, one letter per region: enough to point at, small enough for any line."""

from __future__ import annotations

from collections import defaultdict

LETTERS = {
    "N": "north-america",
    "L": "latin-america-caribbean",
    "E": "europe-central-asia",
    "R": "arab-states",
    "A": "africa",
    "P": "asia-pacific",
}
ROWS = [
    "..NNNNNN.NN...EEEEEEEEEEE.",
    ".NNNNNNN.N..EEEEEEEEEEEEEE",
    "..NNNNNN...EEEEEEEEEEEEEE.",
    "...NNNN....EEEEEEEEEPPPPP.",
    "...NNNN....EEE.EEEEPPPPPPP",
    "....NN....RRRRRRRR.PPPPPP.",
    ".....LL...RRRRRRRR.PPPPPP.",
    "......LL..AAARRA.RR.PP.PPP",
    ".......LLL.AAAAAA....P.PP.",
    ".......LLLL.AAAA......PPPP",
    ".......LLLL..AAA......PPP.",
    ".......LLL...AAA.A....PPPP",
    ".......LL.....A.......PP.P",
    ".......L................P.",
]
TILE = 10
WIDTH, HEIGHT = TILE * max(len(row) for row in ROWS), TILE * len(ROWS)


def _tiles() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for y, row in enumerate(ROWS):
        for x, letter in enumerate(row):
            if letter in LETTERS:
                found[LETTERS[letter]].append((x * TILE, y * TILE))
    return dict(found)


#: The upper left corners of each region's tiles, by its slug.
TILES = _tiles()


def path_of(slug: str) -> str:
    """The tiles of a region as one SVG path; "" for a region that is not a place."""
    side = TILE - 1
    return "".join(f"M{x} {y}h{side}v{side}h-{side}z" for x, y in TILES.get(slug, ()))
