"""Scenes: which there are.

A scene is up to three objects on a ground (`layout.py`), and what is said of
it (`describe.py`).
"""

import math
from dataclasses import dataclass, field, replace

from describe import LARGE, MEDIUM, SMALL, describe, with_article
from layout import LAYOUTS, settle
from world import COLOUR_NAMES, COLOURS, FIGURES, STRANGER, THINGS

SIZE_RANGES = {SMALL: (0.11, 0.22), MEDIUM: (0.22, 0.32), LARGE: (0.32, 0.62)}
THING_NAMES = list(THINGS)


@dataclass(frozen=True)
class Mixture:
    """What scenes are drawn from: the share of each number of objects, of things among objects, and so on.

    `small` is the share of small ones among figures, of which one in seventeen has no size in words.
    `strangers` is the share of objects that the world has no word for, `outside` that of pictures with nothing of it.
    `crowd` is the share of pictures with many objects, which have no caption:
    only the auxiliary head learns from them, many objects at a time.
    """

    counts: tuple = (0.02, 0.28, 0.38, 0.32)
    things: float = 0.5
    small: float = 0.47
    strangers: float = 0.05
    outside: float = 0.05
    plain: float = 0.42
    augment: float = 1.0
    thing_size: tuple = (0.16, 0.62)
    crowd: float = 0.3
    crowd_things: float = 0.4


@dataclass
class Ground:
    style: str
    colours: list
    names: list
    vertical: bool = False

    def phrase(self):
        if self.style == "gradient":
            return f"a background fading from {self.names[0]} to {self.names[1]}"
        words = {"plain": "", "two": "", "textured": "textured ", "striped": "striped ", "checkered": "checkered "}
        return with_article(f"{words[self.style]}{' and '.join(self.names)} background")


@dataclass
class Item:
    """An object of a scene; `size` is the geometric mean of its width and height. A stranger may have a colour that nobody names."""

    kind: str
    size: float
    x: float = 0.5
    y: float = 0.5
    colour: tuple = None
    colour_name: str = ""
    size_name: str = ""

    def phrase(self):
        if self.kind == STRANGER:
            return STRANGER
        return with_article(" ".join(part for part in (self.size_name, self.colour_name, self.kind) if part))


@dataclass
class Scene:
    items: list
    ground: Ground
    stretch: float = 1.0
    tilt: float = 0.0
    caption: str = ""
    relation: str = ""
    extra: dict = field(default_factory=dict)


def sample_colour(random, name):
    """A shade that people call by this name: near one of its anchors or between two of them."""
    first, second = random.choice(COLOURS[name]), random.choice(COLOURS[name])
    weight = random.random() ** 2
    return tuple(min(255, max(0, a + (b - a) * weight + random.gauss(0, 5))) for a, b in zip(first, second))


def differ(a, b, least=75):
    return math.dist(a, b) >= least


def sample_ground(random, mixture):
    style = "plain"
    if random.random() >= mixture.plain:
        style = random.choices(["two", "gradient", "textured", "striped", "checkered"], [4, 4, 8, 3, 3])[0]
    count = 1 if style in ("plain", "textured") else 2
    while True:
        names = random.sample(COLOUR_NAMES, count)
        if style == "plain" and random.random() < 0.25:
            names = ["white"]
        if style in ("striped", "checkered"):
            names.sort(key=COLOUR_NAMES.index)
        colours = [sample_colour(random, name) for name in names]
        if count == 1 or differ(*colours, 100):
            return Ground(style, colours, names, random.random() < 0.5)


def sample_item(random, mixture, ground, crowd):
    """An object that stands out from the ground; in a crowd of three, large ones are less large."""
    if random.random() < mixture.strangers:
        _, colour = sample_contrast(random, ground)
        return Item(STRANGER, random.uniform(0.18, 0.4 if crowd == 3 else 0.5), colour=colour)
    if random.random() < mixture.things:
        low, high = mixture.thing_size
        size = low + (min(high, 0.4 if crowd == 3 else 1) - low) * random.random() ** 1.3
        return Item(random.choice(THING_NAMES), size)
    name, colour = sample_contrast(random, ground)
    size_name = random.choices([SMALL, MEDIUM, LARGE], [mixture.small, 0.06, 0.94 - mixture.small])[0]
    low, high = SIZE_RANGES[size_name]
    if crowd == 3:
        high = min(high, 0.42)
    elif crowd == 2:
        high = min(high, 0.52)
    size = random.uniform(low, high)
    return Item(random.choice(FIGURES), size, colour=colour, colour_name=name, size_name=size_name)


def sample_contrast(random, ground):
    behind = list(ground.colours)
    if ground.style == "gradient":
        behind.append(tuple((a + b) / 2 for a, b in zip(*ground.colours)))
    while True:
        name = random.choice(COLOUR_NAMES)
        if name in ground.names:
            continue
        colour = sample_colour(random, name)
        if all(differ(colour, other) for other in behind):
            return name, colour


def sample_scene(random, mixture):
    stretch = 1.0 if random.random() < 0.45 else math.exp(random.uniform(-0.75, 0.75))
    while True:
        ground = sample_ground(random, mixture)
        count = random.choices(range(4), mixture.counts)[0]
        items = [sample_item(random, mixture, ground, count) for _ in range(count)]
        phrases = [item.phrase() for item in items]
        if len(set(phrases)) < count or phrases.count(STRANGER) > 1:
            continue
        scene = Scene(items, ground, stretch, random.gauss(0, 4) if random.random() < 0.5 else 0.0)
        for _ in range(12):
            if LAYOUTS[count](random, scene):
                scene.caption = describe(scene)
                return scene


def sample_crowd(random, mixture):
    """A scene of many objects without a caption; positions as they come."""
    stretch = 1.0 if random.random() < 0.45 else math.exp(random.uniform(-0.75, 0.75))
    ground = sample_ground(random, mixture)
    scene = Scene([], ground, stretch, random.gauss(0, 4) if random.random() < 0.5 else 0.0)
    largest = random.choice([0.2, 0.28, 0.4])
    mixture = replace(mixture, things=mixture.crowd_things, thing_size=(0.14, largest))
    for _ in range(random.randint(6, 16)):
        item = sample_item(random, mixture, ground, 3)
        if item.size > largest:
            continue
        for _ in range(4):
            if settle(random, scene, item):
                scene.items.append(item)
                break
    return scene
