"""Masks of the geometric figures and pictures of the things, each at several sizes.

Every sprite is a list of `(side, image)` from large to small: square pictures
filled by the shape, reduced with a box filter, so that drawing one at any size
never skips pixels. Figures are masks (`L`), things pictures with alpha (`RGBA`).
"""

import math
import random

from PIL import Image, ImageDraw, ImageFont

from world import FIGURES, THINGS

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109
"""The only size that the font's bitmaps have."""

SIDES = (192, 128, 96, 64, 48, 32, 24, 16)
CANVAS = 768
VARIANTS = 24


def levels(image, sides=SIDES):
    return [(side, image.resize((side, side), Image.BOX if side * 2 <= image.width else Image.LANCZOS)) for side in sides]


def polygon(corners, radius=0.5, start=-90.0, inner=None):
    """The corners of a regular polygon or, with an inner radius, of a star."""
    count = corners * (2 if inner else 1)
    points = []
    for index in range(count):
        reach = radius * (inner if inner and index % 2 else 1)
        angle = math.radians(start + 360 * index / count)
        points.append((0.5 + reach * math.cos(angle), 0.5 + reach * math.sin(angle)))
    return points


def outline(kind, chance):
    """The figure as a polygon in the unit square; rings and crescents are cut out of circles instead."""
    if kind == "square":
        return [(0, 0), (1, 0), (1, 1), (0, 1)]
    if kind == "triangle":
        points = polygon(3) if chance.random() < 0.6 else [(0.5, 0), (1, 1), (0, 1)]
        return turned(points, chance.choice([90, 180, 270])) if chance.random() < 0.2 else points
    if kind == "star":
        corners = 5 if chance.random() < 0.85 else chance.choice([4, 6])
        return polygon(corners, inner=chance.uniform(0.36, 0.52) * (0.85 if corners == 4 else 1))
    if kind == "hexagon":
        return polygon(6, start=chance.choice([0, 30]))
    if kind == "diamond":
        half = 0.5 * chance.uniform(0.6, 1)
        return [(0.5, 0), (0.5 + half, 0.5), (0.5, 1), (0.5 - half, 0.5)]
    if kind == "cross":
        arm = chance.uniform(0.1, 0.2)
        low, high = 0.5 - arm, 0.5 + arm
        plus = [(low, 0), (high, 0), (high, low), (1, low), (1, high), (high, high)]
        plus += [(high, 1), (low, 1), (low, high), (0, high), (0, low), (low, low)]
        return turned(plus, 45) if chance.random() < 0.25 else plus
    if kind == "arrow":
        shaft, head = chance.uniform(0.1, 0.2), chance.uniform(0.4, 0.6)
        half = chance.uniform(0.32, 0.5)
        right = [(0, 0.5 - shaft), (1 - head, 0.5 - shaft), (1 - head, 0.5 - half), (1, 0.5)]
        right += [(1 - head, 0.5 + half), (1 - head, 0.5 + shaft), (0, 0.5 + shaft)]
        return turned(right, chance.choice([0, 0, 90, 180, 270]))
    if kind == "semicircle":
        bow = [(0.5 + 0.5 * math.cos(angle / 50), 0.75 - 0.5 * math.sin(angle / 50)) for angle in range(158)]
        return turned(bow, chance.choice([0, 0, 90, 180, 270]))
    if kind == "heart":
        depth = chance.uniform(0.9, 1.1)
        curve = [(16 * math.sin(t / 40) ** 3, heart_height(t / 40)) for t in range(252)]
        return [(0.5 + x / 34, 0.5 - (y + 2.5) * depth / 34) for x, y in curve]
    raise ValueError(f"no outline for {kind}")


def heart_height(t):
    return 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)


def turned(points, degrees):
    """The points rotated about the middle and fitted into the unit square again."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    points = [((x - 0.5) * cos - (y - 0.5) * sin, (x - 0.5) * sin + (y - 0.5) * cos) for x, y in points]
    reach = 2 * max(max(abs(x), abs(y)) for x, y in points)
    return [(0.5 + x / reach, 0.5 + y / reach) for x, y in points]


def figure_mask(kind, chance):
    mask = Image.new("L", (CANVAS, CANVAS), 0)
    draw = ImageDraw.Draw(mask)
    whole = (0, 0, CANVAS - 1, CANVAS - 1)
    if kind in ("circle", "ring", "crescent"):
        draw.ellipse(whole, fill=255)
        if kind == "ring":
            margin = CANVAS * chance.uniform(0.1, 0.24)
            draw.ellipse((margin, margin, CANVAS - margin, CANVAS - margin), fill=0)
        if kind == "crescent":
            shift, radius = chance.uniform(0.2, 0.34) * chance.choice([-1, 1]), chance.uniform(0.4, 0.46)
            low, high = 0.5 - radius, 0.5 + radius
            draw.ellipse([CANVAS * v for v in (low + shift, low, high + shift, high)], fill=0)
            mask = mask.rotate(chance.uniform(-35, 35), Image.BICUBIC)
        return mask
    draw.polygon([(x * CANVAS, y * CANVAS) for x, y in outline(kind, chance)], fill=255)
    return mask


def figure_sprites(seed=1):
    """`kind -> list of variants`, each a list of levels."""
    chance = random.Random(seed)
    return {kind: [levels(figure_mask(kind, chance)) for _ in range(VARIANTS)] for kind in FIGURES}


def glyph(font, code):
    """One pictogram, cut to its visible part and centred in a square."""
    image = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((12, 16), chr(code), font=font, embedded_color=True)
    box = image.getchannel("A").point(lambda alpha: 255 if alpha > 16 else 0).getbbox()
    if not box:
        raise ValueError(f"the font has no glyph {code:x}")
    side = max(box[2] - box[0], box[3] - box[1])
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    cut = image.crop(box)
    square.paste(cut, ((side - cut.width) // 2, (side - cut.height) // 2))
    return levels(square, SIDES[1:])


def thing_sprites():
    """`kind -> list of glyphs`, each a list of levels."""
    font = ImageFont.truetype(FONT, FONT_SIZE)
    return {kind: [glyph(font, code) for code in codes] for kind, codes in THINGS.items()}
