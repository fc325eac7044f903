"""The words of the little world, read from `../world.json`, and the vocabulary made of them."""

import json
from pathlib import Path

from checkpoint import SEP, SPECIAL, UNKNOWN

_WORLD = json.loads((Path(__file__).parent.parent / "world.json").read_text())

FIGURES = _WORLD["figures"]
COLOURS = {name: [tuple(bytes.fromhex(code)) for code in codes] for name, codes in _WORLD["colours"].items()}
THINGS = {name: [int(code, 16) for code in codes] for group in _WORLD["things"].values() for name, codes in group.items()}
KINDS = FIGURES + list(THINGS)
COLOUR_NAMES = list(COLOURS)
STRANGER = "something that I do not know"
"""What is said in place of an object, or of a whole picture, that the world has no word for."""

_GRAMMAR = """a an the of in on at to is there with and between from picture left right above below side top bottom
corner middle background textured striped checkered fading two three small large next it this photo image plain
light dark red orange yellow green blue purple pink brown black white gray
something that I do not know""".split()


def _vocabulary():
    words = dict.fromkeys(_GRAMMAR)
    for kind in KINDS:
        words.update(dict.fromkeys(kind.split()))
    return list(words)


WORDS = _vocabulary()
_IDS = {word: index for index, word in enumerate(SPECIAL + WORDS)}
BOS = len(SPECIAL) + len(WORDS)
"""The decoder's first token: the id behind the vocabulary, `[DEC]` in the published models."""

VOCABULARY = BOS + 2


def encode(caption):
    """The caption's ids, between bos and sep."""
    return [BOS] + [_IDS.get(word, UNKNOWN) for word in caption.split()] + [SEP]


def decode(ids):
    return " ".join((SPECIAL + WORDS)[index] for index in ids if index < BOS)
