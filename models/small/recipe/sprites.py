"""Masks of the geometric figures, of figures that have no name here, and pictures of things, each at several sizes.

Every sprite is a list of `(side, image)` from large to small: square pictures
filled by the shape, reduced with a box filter, so that drawing one at any size
never skips pixels. Figures are masks (`L`), things pictures with alpha (`RGBA`).
"""

import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from icons import CONTENTS, UNKNOWN
from world import FIGURES

SIDES = (128, 96, 64, 48, 32, 24, 16)
CANVAS = 384
VARIANTS = 200
MONOCHROME = {"fluent-emoji-high-contrast", "emojione-monotone", "mdi", "ph"}
"""Sets of one colour, which is as well any other."""
UPRIGHT = {"square"}
"""Turned further than a little, these would bear another name."""


def levels(image, sides=SIDES):
    return [(side, image.resize((side, side), Image.BOX if side <= image.width else Image.LANCZOS)) for side in sides]


def polygon(corners, radius=0.5, start=-90.0, inner=None):
    """The corners of a regular polygon or, with an inner radius, of a star."""
    count = corners * (2 if inner else 1)
    points = []
    for index in range(count):
        reach = radius * (inner if inner and index % 2 else 1)
        angle = math.radians(start + 360 * index / count)
        points.append((0.5 + reach * math.cos(angle), 0.5 + reach * math.sin(angle)))
    return points


def arc(x, y, radius, start, end, count=60):
    """Points on a circle, from one angle to another, in degrees."""
    angles = [math.radians(start + (end - start) * index / count) for index in range(count + 1)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def triangle(chance):
    if chance.random() < 0.5:
        return polygon(3)
    return [(chance.uniform(0.35, 0.65) if chance.random() < 0.4 else 0.5, 0), (1, chance.uniform(0.75, 1.1)), (0, 1)] if chance.random() < 0.3 else [(0.5, 0), (1, 1), (0, 1)]


def star(chance):
    corners = 5 if chance.random() < 0.88 else chance.choice([4, 6])
    return polygon(corners, inner=chance.uniform(0.36, 0.54) * (0.85 if corners == 4 else 1))


def heart(chance):
    depth = chance.uniform(0.85, 1.1)
    if chance.random() < 0.35:
        # two round shoulders over a corner
        return arc(0.27, 0.27, 0.27, 135, 340, 40) + arc(0.73, 0.27, 0.27, 200, 405, 40) + [(0.5, chance.uniform(0.9, 1.0))]
    height = [13 * math.cos(t / 40) - 5 * math.cos(t / 20) - 2 * math.cos(3 * t / 40) - math.cos(t / 10) for t in range(252)]
    return [(0.5 + 16 * math.sin(t / 40) ** 3 / 34, 0.5 - (y + 2.5) * depth / 34) for t, y in enumerate(height)]


def cross(chance):
    arm = chance.uniform(0.07, 0.2)
    low, high = 0.5 - arm, 0.5 + arm
    plus = [(low, 0), (high, 0), (high, low), (1, low), (1, high), (high, high)]
    return plus + [(high, 1), (low, 1), (low, high), (0, high), (0, low), (low, low)]


def diamond(chance):
    half = 0.5 * chance.uniform(0.55, 1)
    return [(0.5, 0), (0.5 + half, 0.5), (0.5, 1), (0.5 - half, 0.5)]


def arrow(chance):
    """From a block with a head to a thin line with an open one."""
    thin = chance.random() < 0.4
    shaft = chance.uniform(0.025, 0.07) if thin else chance.uniform(0.07, 0.2)
    head = chance.uniform(0.2, 0.5) if thin else chance.uniform(0.35, 0.6)
    half = chance.uniform(max(0.16, 2.2 * shaft), 0.5)
    if thin and chance.random() < 0.6:
        thick = shaft * 2.4
        tip = [(1 - thick, 0.5 - shaft), (1 - head - thick * 0.5, 0.5 - half), (1 - head + thick * 0.4, 0.5 - half - thick * 0.5), (1, 0.5)]
        return [(0, 0.5 - shaft), *tip, *[(x, 1 - y) for x, y in reversed(tip[:3])], (0, 0.5 + shaft)]
    notch = chance.uniform(0, 0.3) * head if chance.random() < 0.2 else 0
    right = [(0, 0.5 - shaft), (1 - head + notch, 0.5 - shaft), (1 - head, 0.5 - half), (1, 0.5)]
    return right + [(1 - head, 0.5 + half), (1 - head + notch, 0.5 + shaft), (0, 0.5 + shaft)]


def crescent(chance):
    """A disc of which another disc has bitten off a part: a thin sickle or the fat moon of icons."""
    inner, shift = chance.uniform(0.33, 0.56), chance.uniform(0.17, 0.4)
    # both horns must be there: the circles cross
    shift = min(max(shift, abs(0.5 - inner) + 0.06), 0.5 + inner - 0.3)
    x = (0.25 - inner**2 + shift**2) / (2 * shift)
    y = math.sqrt(max(1e-4, 0.25 - x**2))
    outer_angle, inner_angle = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(y, x - shift))
    outer = arc(0.5, 0.5, 0.5, outer_angle, 360 - outer_angle)
    return outer + arc(0.5 + shift, 0.5, inner, 360 - inner_angle, inner_angle)


def semicircle(chance):
    return arc(0.5, 0.75, 0.5, 180, 360)


OUTLINES = {
    "circle": lambda chance: arc(0.5, 0.5, 0.5, 0, 360, 120),
    "ring": lambda chance: arc(0.5, 0.5, 0.5, 0, 360, 120),
    "square": lambda chance: [(0, 0), (1, 0), (1, 1), (0, 1)],
    "hexagon": lambda chance: polygon(6),
    "triangle": triangle,
    "star": star,
    "heart": heart,
    "cross": cross,
    "diamond": diamond,
    "arrow": arrow,
    "crescent": crescent,
    "semicircle": semicircle,
}


def turned(points, degrees):
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [((x - 0.5) * cos - (y - 0.5) * sin, (x - 0.5) * sin + (y - 0.5) * cos) for x, y in points]


def fitted(points):
    """The points centred in the unit square, whose sides the longer extent touches."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    reach = max(max(xs) - min(xs), max(ys) - min(ys))
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    return [(0.5 + (x - middle[0]) / reach, 0.5 + (y - middle[1]) / reach) for x, y in points]


def turn_of(kind, points, chance):
    """An angle at which the figure still bears its name: often upright, often a quarter, often any."""
    if kind == "square" or (kind == "diamond" and max(x for x, _ in points) > 0.88):
        return chance.uniform(-14, 14) if chance.random() < 0.35 else 0
    way = chance.random()
    if kind in ("star", "heart", "diamond", "cross"):
        if way < 0.5:
            return 0 if kind != "cross" or way < 0.35 else 45
        return chance.uniform(0, 360) if way < 0.8 else chance.uniform(-25, 25)
    if kind == "crescent" and way < 0.3:
        return chance.choice([-30, -40, 140, 150, 20, 0, 180])
    if way < 0.3:
        return 0
    return chance.choice([0, 90, 180, 270]) if way < 0.6 else chance.uniform(0, 360)


def filled(points, inner=None):
    mask = Image.new("L", (CANVAS, CANVAS), 0)
    draw = ImageDraw.Draw(mask)
    last = CANVAS - 1
    draw.polygon([(x * last, y * last) for x, y in points], fill=255)
    if inner:
        draw.polygon([(x * last, y * last) for x, y in inner], fill=0)
    return mask


def rounded(mask, radius):
    """With round corners: blurred, and cut again at the middle."""
    room = Image.new("L", (CANVAS + 64, CANVAS + 64), 0)
    room.paste(mask, (32, 32))
    soft = room.filter(ImageFilter.GaussianBlur(radius)).point(lambda value: 255 if value > 118 else 0)
    box = soft.getbbox()
    side = max(box[2] - box[0], box[3] - box[1])
    square = Image.new("L", (side, side), 0)
    square.paste(soft.crop(box), ((side - (box[2] - box[0])) // 2, (side - (box[3] - box[1])) // 2))
    return square.resize((CANVAS, CANVAS), Image.BILINEAR)


def figure_mask(kind, chance):
    points = OUTLINES[kind](chance)
    points = fitted(turned(points, turn_of(kind, points, chance)))
    inner = None
    if kind == "ring":
        hole = chance.uniform(0.48, 0.84)
        inner = [(0.5 + (x - 0.5) * hole, 0.5 + (y - 0.5) * hole) for x, y in points]
    elif kind in ("square", "triangle", "star", "heart", "hexagon", "diamond") and chance.random() < 0.08:
        # drawn as an outline alone
        hole = chance.uniform(0.68, 0.85)
        x0, y0 = np.mean(points, 0)
        inner = [(x0 + (x - x0) * hole, y0 + (y - y0) * hole) for x, y in points]
    mask = filled(points, inner)
    return rounded(mask, chance.uniform(4, 18 if kind not in ("hexagon",) else 8)) if chance.random() < 0.2 and kind not in ("circle", "ring") else mask


def figure_sprites(seed=1):
    """`kind -> list of variants`, each a list of levels."""
    chance = random.Random(seed)
    return {kind: [levels(figure_mask(kind, chance)) for _ in range(VARIANTS)] for kind in FIGURES}


class Things:
    """Pictures of things by kind, of all sets; `UNKNOWN` has those without a name."""

    def __init__(self, file):
        content = np.load(file)
        self.pictures, sets, kinds = content["pictures"], content["sets"], content["kinds"]
        weights = {name: package["weight"] for name, package in [*CONTENTS["packages"].items(), ("font", CONTENTS["font"])]}
        self.monochrome = [name in MONOCHROME for name in sets]
        self.choices = {}
        for kind in set(kinds):
            mine = [int(index) for index in np.flatnonzero(kinds == kind)]
            same = {name: sum(sets[index] == name for index in mine) for name in set(sets[mine])}
            self.choices[str(kind)] = (mine, [weights[sets[index]] / same[sets[index]] for index in mine])
        self.sprites = [levels(Image.fromarray(picture)) for picture in self.pictures]
        self.shades = [sample(picture) for picture in self.pictures]

    def choose(self, kind, behind, random):
        """`(sprite, whether it has one colour alone)`; one of which enough can be seen on the ground, if there is any."""
        mine, weights = self.choices[kind]
        for _ in range(6):
            index = random.choices(mine, weights)[0]
            if self.monochrome[index] or visible(self.shades[index], behind):
                break
        return self.sprites[index], self.monochrome[index]


def sample(picture, count=40):
    """Colours of some opaque pixels."""
    opaque = picture[picture[..., 3] > 200][:, :3].astype(np.float32)
    if not len(opaque):
        return np.zeros((1, 3), np.float32)
    return opaque[np.linspace(0, len(opaque) - 1, count).astype(int)]


def visible(shades, behind):
    far = np.ones(len(shades), bool)
    for other in behind:
        far &= ((shades - np.array(other, np.float32)) ** 2).sum(1) > 60**2
    return far.mean() >= 0.45


