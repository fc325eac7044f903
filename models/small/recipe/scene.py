"""Scenes and what is said of them.

A scene is up to three objects on a ground. All positions and sizes are
fractions of the picture's width and height, since the model sees every picture
resized to a square.

The grammar, always in this order of mention:

    object    = a [small|large] COLOUR FIGURE | a THING | something that I do not know
    ground    = a [textured|striped|checkered] COLOUR [and COLOUR] background
              | a background fading from COLOUR to COLOUR
    no object : GROUND
    one       : OBJECT on GROUND                       (in the middle)
              | OBJECT PLACE GROUND                    PLACE = on the left side of, at the top of,
                                                               in the top left corner of, ...
    two       : OBJECT to the left of|to the right of|above|below OBJECT on GROUND
    three     : OBJECT between OBJECT and OBJECT on GROUND
              | OBJECT to the left of|... OBJECT and OBJECT on GROUND

Of two figures of different sizes the large one is named first, otherwise the
left one, otherwise the upper one: there is one caption to a picture, so that a
word's probability tells how sure the model is of what it sees. A picture of
nothing in this world is "something that I do not know".
"""

import math
from dataclasses import dataclass, field, replace

from world import COLOUR_NAMES, COLOURS, FIGURES, STRANGER, THINGS

HORIZONTAL, VERTICAL = 0, 1
SMALL, MEDIUM, LARGE = "small", "", "large"
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


def with_article(words):
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('unicorn') else 'a'} {words}"


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


def extent(item, stretch):
    """Half the width and half the height."""
    root = math.sqrt(stretch)
    return item.size * root / 2, item.size / root / 2


def scatter(random, scene):
    """Places every object anywhere inside; false where two come too close."""
    items, scene.items = scene.items, []
    fits = True
    for item in items:
        fits = fits and settle(random, scene, item)
        scene.items.append(item)
    return fits


def settle(random, scene, item):
    """Places one more object anywhere inside; false where it comes too close to another."""
    half = extent(item, scene.stretch)
    if max(half) > 0.47:
        return False
    item.x, item.y = (random.uniform(h + 0.01, 0.99 - h) for h in half)
    for other in scene.items:
        across = extent(other, scene.stretch)
        if abs(item.x - other.x) < half[0] + across[0] and abs(item.y - other.y) < half[1] + across[1]:
            return False
    return True


def place_none(random, scene):
    return True


ZONES = {"low": (0.0, 0.37), "middle": (0.43, 0.57), "high": (0.63, 1.0)}


def place_one(random, scene):
    item = scene.items[0]
    half = extent(item, scene.stretch)
    zones = []
    for h in half:
        if h > 0.49:
            return False
        possible = [zone for zone, (low, high) in ZONES.items() if max(low, h) < min(high, 1 - h)]
        zones.append(random.choice(possible + ["middle"]))
    low = [max(ZONES[zone][0], h) for zone, h in zip(zones, half)]
    high = [min(ZONES[zone][1], 1 - h) for zone, h in zip(zones, half)]
    item.x, item.y = (random.uniform(a, b) for a, b in zip(low, high))
    scene.extra["zones"] = zones
    return True


def place_two(random, scene):
    if not scatter(random, scene):
        return False
    first, second = scene.items
    across, down = abs(first.x - second.x), abs(first.y - second.y)
    if max(across, down) < 1.35 * min(across, down):
        return False
    scene.extra["axis"] = HORIZONTAL if across > down else VERTICAL
    return True


def place_three(random, scene):
    return place_row(random, scene) if random.random() < 0.15 else place_one_against_two(random, scene)


def place_row(random, scene):
    """Three in a row, first the middle one, then the two around it."""
    axis = random.choice([HORIZONTAL, VERTICAL])
    halves = [extent(item, scene.stretch) for item in scene.items]
    room = 1 - 2 * sum(half[axis] for half in halves)
    if room < 0.02 or max(half[1 - axis] for half in halves) > 0.45:
        return False
    cuts = sorted(random.random() for _ in range(4))
    gaps = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 1 - cuts[2]]
    middle = random.uniform(0.3, 0.7)
    position = 0.0
    for index, gap in zip((1, 0, 2), gaps):
        position += gap * room + halves[index][axis]
        low, high = halves[index][1 - axis], 1 - halves[index][1 - axis]
        beside = min(high, max(low, middle + random.uniform(-0.07, 0.07)))
        set_place(scene.items[index], axis, position, beside)
        position += halves[index][axis]
    spots = [(item.x, item.y)[axis] for item in scene.items]
    beside = [(item.x, item.y)[1 - axis] for item in scene.items]
    if min(spots[0] - spots[1], spots[2] - spots[0]) < 1.5 * (max(beside) - min(beside)):
        return False
    scene.relation = "between"
    return True


def set_place(item, axis, along, beside):
    item.x, item.y = (along, beside) if axis == HORIZONTAL else (beside, along)


def place_one_against_two(random, scene):
    """The first on one side of the two others, which stand next to each other."""
    if not scatter(random, scene):
        return False
    places = [(item.x, item.y) for item in scene.items]
    for axis in (HORIZONTAL, VERTICAL):
        order = sorted(range(3), key=lambda index: places[index][axis])
        for alone, pair in ((order[0], order[1:]), (order[2], order[:2])):
            near = min(abs(places[alone][axis] - places[index][axis]) for index in pair)
            apart = abs(places[pair[0]][axis] - places[pair[1]][axis])
            beside = sorted((places[index][1 - axis] for index in pair))
            inside = beside[0] - 0.1 < places[alone][1 - axis] < beside[1] + 0.1
            if near > 0.2 and near > 1.6 * apart and beside[1] - beside[0] > max(0.15, 1.3 * apart) and inside:
                pair = sorted(pair, key=lambda index: places[index][1 - axis])
                scene.items = [scene.items[index] for index in (alone, *pair)]
                scene.extra["axis"] = axis
                return True
    return False


LAYOUTS = [place_none, place_one, place_two, place_three]

SIDES = {
    ("low", "middle"): "on the left side of",
    ("high", "middle"): "on the right side of",
    ("middle", "low"): "at the top of",
    ("middle", "high"): "at the bottom of",
    ("middle", "middle"): "on",
    ("low", "low"): "in the top left corner of",
    ("high", "low"): "in the top right corner of",
    ("low", "high"): "in the bottom left corner of",
    ("high", "high"): "in the bottom right corner of",
}
RELATIONS = [*SIDES.values(), "to the left of", "to the right of", "above", "below", "between"]
DIRECTIONS = {HORIZONTAL: ("to the left of", "to the right of"), VERTICAL: ("above", "below")}


def direction(first, second, axis):
    before = (first.x, first.y)[axis] < (second.x, second.y)[axis]
    return DIRECTIONS[axis][0 if before else 1]


def describe(scene):
    """The caption; also notes the canonical relation and puts the objects in the order of mention."""
    ground, items = scene.ground.phrase(), scene.items
    if not items:
        return ground
    if len(items) == 1:
        scene.relation = SIDES[tuple(scene.extra["zones"])]
        said = f"{items[0].phrase()} {scene.relation} {ground}"
    elif len(items) == 2:
        said = f"{describe_two(scene)} on {ground}"
    elif scene.relation == "between":
        said = f"{items[0].phrase()} between {items[1].phrase()} and {items[2].phrase()} on {ground}"
    else:
        scene.relation = direction(items[0], items[1], scene.extra["axis"])
        said = f"{items[0].phrase()} {scene.relation} {items[1].phrase()} and {items[2].phrase()} on {ground}"
    return said


def describe_two(scene):
    axis = scene.extra["axis"]
    first, second = sorted(scene.items, key=lambda item: (item.x, item.y)[axis])
    if (first.size_name, second.size_name) == (SMALL, LARGE):
        first, second = second, first
    scene.relation = direction(first, second, axis)
    scene.items = [first, second]
    return f"{first.phrase()} {direction(first, second, axis)} {second.phrase()}"
