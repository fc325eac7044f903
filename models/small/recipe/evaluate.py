"""Measures a checkpoint on held-out scenes: what is named right, and how sure the model is.

    python3 evaluate.py ../checkpoint icons.npz --scenes 500

* things: recall and precision of the objects' kinds
* colours: of the objects named rightly, and of the ground, the share with the right colour
* sizes: likewise, of figures that are small or large
* relation: the share of scenes whose relation or place is right
* wholly right: every object with its colour and size, the relation and the ground
* confidence: area under the ROC curve between scenes and pictures from outside the world
"""

import argparse
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import checkpoint
from curriculum import EVALUATION_SEED, HELD_OUT
from describe import DIRECTIONS, SIDES
from draw import Artist
from learner import normalised
from scene import sample_scene
from world import BOS, COLOUR_NAMES, KINDS, decode

_COLOUR = "|".join(COLOUR_NAMES)
_GROUND = re.compile(
    rf"(?P<lead>.*?)(?: on)? ?(?:a background fading from (?P<a>{_COLOUR}) to (?P<b>{_COLOUR})"
    rf"|an? (?:(?P<style>textured|striped|checkered) )?(?P<c>{_COLOUR})(?: and (?P<d>{_COLOUR}))? background)$"
)
_OBJECT = re.compile(rf"an? (?:(?P<size>small|large) )?(?:(?P<colour>{_COLOUR}) )?(?P<kind>{'|'.join(sorted(KINDS, key=len, reverse=True))})$")
OPPOSITE = {"to the left of": "to the right of", "above": "below"}
OPPOSITE |= {there: here for here, there in OPPOSITE.items()}


@dataclass
class Saying:
    """What a caption says: objects as `(kind, colour, size)`, a relation, a ground."""

    objects: list
    relation: str
    ground: tuple


def understand(caption):
    """The `Saying` of a caption of the scenes' grammar, or None."""
    caption = re.sub("^(there is|a picture of) ", "", caption)
    match = _GROUND.match(caption)
    if not match:
        return None
    lead, ground = match["lead"], (match["style"], match["a"] or match["c"], match["b"] or match["d"], bool(match["a"]))
    for place in SIDES.values():
        if place != "on" and lead.endswith(f" {place}"):
            return said([lead[: -len(place) - 1]], place, ground)
    for relation in (*DIRECTIONS[0], *DIRECTIONS[1], "between"):
        first, found, rest = lead.partition(f" {relation} ")
        if found:
            return said([first, *rest.split(" and ")], relation, ground)
    return said([lead] if lead else [], "on" if lead else "", ground)


def said(phrases, relation, ground):
    objects = [_OBJECT.match(phrase) for phrase in phrases]
    if not all(objects):
        return None
    return Saying([(match["kind"], match["colour"] or "", match["size"] or "") for match in objects], relation, ground)


def canonical(saying):
    """Of two objects, named in an order that does not depend on who spoke."""
    if len(saying.objects) == 2 and saying.relation in OPPOSITE and saying.relation in ("to the right of", "below"):
        return saying.objects[::-1], OPPOSITE[saying.relation], saying.ground
    if len(saying.objects) == 3:
        return [saying.objects[0], *sorted(saying.objects[1:])], saying.relation, saying.ground
    return saying.objects, saying.relation, saying.ground


def agree(said, meant):
    """Whether two canonical sayings say the same. A figure between small and large may be called either."""
    same = said[1:] == meant[1:] and len(said[0]) == len(meant[0])
    return same and all(a[:2] == b[:2] and b[2] in ("", a[2]) for a, b in zip(said[0], meant[0]))


class Tally:
    """Counts of what was right among what there was."""

    def __init__(self):
        self.right, self.all = Counter(), Counter()

    def add(self, name, right, count=1):
        self.right[name] += right
        self.all[name] += count

    def shares(self):
        return {name: self.right[name] / max(1, self.all[name]) for name in self.all}

    def compare(self, caption, truth):
        """Counts one caption against the saying that is true."""
        told = understand(caption)
        self.add("grammatical", told is not None)
        told = told or Saying([], None, ())
        kinds, true_kinds = Counter(kind for kind, _, _ in told.objects), Counter(kind for kind, _, _ in truth.objects)
        found = (kinds & true_kinds).total()
        self.add("things, recall", found, true_kinds.total())
        self.add("things, precision", found, kinds.total())
        coloured = [item for item in truth.objects if item[1] and kinds[item[0]]]
        pairs = Counter((kind, colour) for kind, colour, _ in told.objects)
        self.add("colours of figures", sum(pairs[kind, colour] > 0 for kind, colour, _ in coloured), len(coloured))
        sized = [item for item in coloured if item[2]]
        self.add("sizes", sum(any(o[0] == i[0] and o[2] == i[2] for o in told.objects) for i in sized), len(sized))
        self.add("ground", told.ground == truth.ground)
        said, meant = canonical(told), canonical(truth)
        self.add("relation", said[1] == meant[1] and len(said[0]) == len(meant[0]) and self._order(said, meant))
        right = agree(said, meant)
        self.add("wholly right", right)
        self.add(f"wholly right, {len(truth.objects)} objects", right)

    @staticmethod
    def _order(said, meant):
        """Whether the first object named is the right one, judged by kind where both kinds are right at all."""
        kinds = [kind for kind, _, _ in said[0]]
        true_kinds = [kind for kind, _, _ in meant[0]]
        return sorted(kinds) != sorted(true_kinds) or kinds[0] == true_kinds[0]


def held_out(artist, side, mixture, count, seed=EVALUATION_SEED):
    """`(pictures, sayings)`: scenes that training never draws."""
    chance = random.Random(seed)
    pictures, sayings = [], []
    while len(pictures) < count:
        scene = sample_scene(chance, mixture)
        pictures.append(artist.draw(scene, chance, side, mixture.augment)[0])
        sayings.append(understand(scene.caption))
    return np.stack(pictures), sayings


def outside(artist, side, count, seed=EVALUATION_SEED):
    chance = random.Random(seed)
    return np.stack([artist.outside(chance, side) for _ in range(count)])


def captions(model, pictures, batch=100):
    """`[(caption, mean probability)]`."""
    told = []
    for start in range(0, len(pictures), batch):
        pixels = normalised(torch.from_numpy(pictures[start : start + batch]))
        told += [(decode(ids), score) for ids, score in model.caption(pixels, BOS, checkpoint.SEP)]
    return told


def area_under_curve(inside, without):
    """The chance that a scene scores above a picture from outside."""
    inside, without = np.array(inside)[:, None], np.array(without)[None]
    return float((inside > without).mean() + (inside == without).mean() / 2)


def measure(model, artist, mixture, count):
    side = model.shape.image_size
    pictures, sayings = held_out(artist, side, mixture, count)
    told = captions(model, pictures)
    tally = Tally()
    for (caption, _), saying in zip(told, sayings):
        tally.compare(caption, saying)
    strange = [score for _, score in captions(model, outside(artist, side, count // 2))]
    scores = [score for _, score in told]
    return tally.shares() | {
        "confidence, scenes": float(np.mean(scores)),
        "confidence, outside": float(np.mean(strange)),
        "area under curve": area_under_curve(scores, strange),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("icons", type=Path)
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--mixture", choices=HELD_OUT, nargs="*", default=list(HELD_OUT))
    arguments = parser.parse_args()
    loaded, artist = checkpoint.load(arguments.checkpoint), Artist(arguments.icons)
    for name in arguments.mixture:
        print(f"{name}, {arguments.scenes} held-out scenes")
        for measured, share in measure(loaded, artist, HELD_OUT[name], arguments.scenes).items():
            print(f"  {measured:30} {share:.3f}")
