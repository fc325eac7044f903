"""Sprites of what the world has no word for: figures near to its own, codes, letters, marks.

All are `(image, whether it has colours of its own)`: masks take any colour.
"""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sprites import CANVAS, arc, filled, fitted, levels, polygon, rounded, turned

FONTS = [
    f"/usr/share/fonts/truetype/{name}.ttf"
    for name in (
        "dejavu/DejaVuSans-Bold",
        "dejavu/DejaVuSans",
        "dejavu/DejaVuSerif-Bold",
        "dejavu/DejaVuSansMono",
        "liberation/LiberationSans-Bold",
        "liberation/LiberationSerif-Regular",
    )
]


def band(points, width):
    """The outline of a line of some width along points."""
    left, right = [], []
    for index, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        length = math.hypot(x1 - x0, y1 - y0) or 1
        dx, dy = (y1 - y0) / length * width / 2, -(x1 - x0) / length * width / 2
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left + right[::-1]


def trapezoid(chance):
    top = chance.uniform(0.35, 0.65)
    return [(0.5 - top / 2, 0.2), (0.5 + top / 2, 0.2), (1, 0.8), (0, 0.8)]


def parallelogram(chance):
    lean = chance.uniform(0.25, 0.45)
    return [(lean, 0.2), (1, 0.2), (1 - lean, 0.8), (0, 0.8)]


def corner(chance):
    arm = chance.uniform(0.2, 0.4)
    return [(0, 0), (arm, 0), (arm, 1 - arm), (1, 1 - arm), (1, 1), (0, 1)]


def tee(chance):
    arm = chance.uniform(0.12, 0.2)
    return [(0, 0), (1, 0), (1, 2 * arm), (0.5 + arm, 2 * arm), (0.5 + arm, 1), (0.5 - arm, 1), (0.5 - arm, 2 * arm), (0, 2 * arm)]


def burst(chance):
    return polygon(chance.randint(8, 16), inner=chance.uniform(0.5, 0.8))


def gear(chance):
    teeth, points = chance.randint(6, 10), []
    for index in range(teeth):
        start = 360 / teeth * index
        points += arc(0.5, 0.5, 0.5, start, start + 180 / teeth, 3) + arc(0.5, 0.5, 0.36, start + 180 / teeth, start + 360 / teeth, 3)
    return points


def spiral(chance):
    turns, count = chance.uniform(1.6, 3), 120
    return band([(0.5 + 0.45 * t / count * math.cos(2 * math.pi * turns * t / count), 0.5 + 0.45 * t / count * math.sin(2 * math.pi * turns * t / count)) for t in range(4, count)], 0.07)


def zigzag(chance):
    count = chance.randint(3, 6)
    return band([(index / count, 0.5 + (0.2 if index % 2 else -0.2)) for index in range(count + 1)], chance.uniform(0.06, 0.14))


def wave(chance):
    rises = chance.uniform(1, 2.5)
    return band([(index / 60, 0.5 + 0.16 * math.sin(2 * math.pi * rises * index / 60)) for index in range(61)], chance.uniform(0.06, 0.16))


def chevron(chance):
    thick = chance.uniform(0.2, 0.4)
    return [(0, 0), (thick, 0), (0.5 + thick, 0.5), (thick, 1), (0, 1), (0.5, 0.5)]


def drop(chance):
    return [(0.5, 0)] + arc(0.5, 0.68, 0.32, -25, 205)


def wedge(chance):
    gap = chance.uniform(60, 110)
    return [(0.5, 0.5)] + arc(0.5, 0.5, 0.5, gap / 2, 360 - gap / 2) if chance.random() < 0.6 else [(0, 1)] + arc(0, 1, 1, -90, 0)


def hourglass(chance):
    return [(0.1, 0), (0.9, 0), (0.55, 0.5), (0.9, 1), (0.1, 1), (0.45, 0.5)]


def arch(chance):
    hole = chance.uniform(0.24, 0.34)
    return [(0, 1)] + arc(0.5, 0.5, 0.5, 180, 360) + [(1, 1), (0.5 + hole, 1)] + arc(0.5, 0.5, hole, 360, 180) + [(0.5 - hole, 1)]


def eight(chance):
    return band([(0.5 + 0.4 * math.sin(t), 0.5 + 0.35 * math.sin(2 * t)) for t in np.linspace(0, 2 * math.pi, 90)], chance.uniform(0.06, 0.14))


def three_arms(chance):
    return polygon(3, inner=chance.uniform(0.12, 0.2))


def shield(chance):
    return [(0, 0), (1, 0), (1, 0.5)] + [(1 - 0.5 * t, 0.5 + 0.5 * t**0.6) for t in np.linspace(0, 1, 20)] + [(0.5 - 0.5 * t, 1 - 0.5 * t**1.6) for t in np.linspace(0, 1, 20)]


def deltoid(chance):
    return [(0.5, 0), (0.5 + chance.uniform(0.3, 0.4), 0.28), (0.5, 1), (0.15, 0.28)]


def stairs(chance):
    count = chance.randint(3, 4)
    return [(0, 1)] + [point for step in range(count) for point in ((step / count, 1 - (step + 1) / count), ((step + 1) / count, 1 - (step + 1) / count))] + [(1, 1)]


def blob(chance):
    waves = [(chance.uniform(0.08, 0.22) / k, chance.uniform(0, 7), k + 1) for k in range(1, 6)]
    return [
        (0.5 + r * math.cos(t), 0.5 + r * math.sin(t))
        for t in np.linspace(0, 2 * math.pi, 120)
        for r in [0.3 * (1 + 2 * sum(a * math.sin(k * t + p) for a, p, k in waves))]
    ]


def splinter(chance):
    count = chance.randint(5, 9)
    angles = sorted(chance.uniform(0, 2 * math.pi) for _ in range(count))
    return [(0.5 + chance.uniform(0.12, 0.5) * math.cos(t), 0.5 + chance.uniform(0.12, 0.5) * math.sin(t)) for t in angles]


def pentagon(chance):
    return polygon(5)


FIGURES = [trapezoid, parallelogram, corner, tee, burst, gear, spiral, zigzag, wave, chevron, drop, wedge, hourglass, arch, eight]
FIGURES += [three_arms, shield, deltoid, stairs, blob, blob, splinter, pentagon]


def figure(chance):
    points = chance.choice(FIGURES)(chance)
    way = chance.random()
    angle = 0 if way < 0.45 else chance.choice([90, 180, 270]) if way < 0.65 else chance.uniform(0, 360)
    mask = filled(fitted(turned(points, angle)))
    if chance.random() < 0.12:
        for _ in range(chance.randint(1, 2)):
            x, y, r = chance.uniform(0.3, 0.7), chance.uniform(0.3, 0.7), chance.uniform(0.06, 0.18)
            ImageDraw.Draw(mask).ellipse([CANVAS * v for v in (x - r, y - r, x + r, y + r)], fill=0)
    return (rounded(mask, chance.uniform(4, 14)) if chance.random() < 0.2 else mask), False


def letters(chance):
    """A letter, a digit, or a few."""
    signs = "ABCDEFGHJKLMNPQRSTUVWYZabdefghkmnpqrtuwyz23456789&@#%?!§€$"
    text = "".join(chance.choice(signs) for _ in range(chance.choice([1, 1, 1, 2, 3, 5, 7])))
    if len(text) > 2 and chance.random() < 0.3:
        text = text[: len(text) // 2] + "\n" + text[len(text) // 2 :]
    font = ImageFont.truetype(chance.choice(FONTS), 150)
    image = Image.new("L", (1400, 600), 0)
    ImageDraw.Draw(image).text((60, 40), text, 255, font=font)
    cut = image.crop(image.getbbox())
    square = Image.new("L", (max(cut.size), max(cut.size)), 0)
    square.paste(cut, ((square.width - cut.width) // 2, (square.height - cut.height) // 2))
    return square.resize((CANVAS, CANVAS), Image.BOX if square.width > CANVAS else Image.BILINEAR), False


def code(chance):
    """A square code with finders at three or fewer corners, or a code of bars, dark on light."""
    if chance.random() < 0.2:
        widths = [chance.choice([1, 1, 2, 3]) for _ in range(60)]
        line = np.repeat([index % 2 for index in range(60)], widths)
        cells = np.zeros((len(line), len(line)), np.uint8)
        cells[len(line) // 4 : 3 * len(line) // 4] = 1 - line
        cells = 1 - cells
        cells[: len(line) // 4] = cells[3 * len(line) // 4 :] = 1
    else:
        side = chance.choice([21, 25, 29, 33, 37])
        cells = np.random.default_rng(chance.getrandbits(32)).integers(0, 2, (side, side), np.uint8)
        finder = np.pad(np.pad(np.pad(np.zeros((3, 3), np.uint8), 1, constant_values=1), 1, constant_values=0), 1, constant_values=1)
        for y, x in [(0, 0), (0, side - 7), (side - 7, 0)][: 3 if chance.random() < 0.85 else chance.randint(0, 2)]:
            cells[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = 1
            cells[y : y + 7, x : x + 7] = finder[1:8, 1:8]
        cells = np.pad(cells, chance.choice([0, 1, 2, 4]), constant_values=1)
    dark = np.array([chance.uniform(0, 60) for _ in range(3)] if chance.random() < 0.3 else [0, 0, 0])
    light = np.array([chance.uniform(225, 255) for _ in range(3)] if chance.random() < 0.3 else [255, 255, 255])
    pixels = np.where(cells[..., None] > 0, light, dark).astype(np.uint8)
    image = Image.fromarray(pixels).resize((CANVAS, CANVAS), Image.NEAREST).convert("RGBA")
    return image, True


def emblem(chance):
    """Two or three figures over each other, as in marks of firms."""
    image = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    for index in range(chance.randint(2, 4)):
        colour = tuple(chance.choice([0, 255, chance.randrange(256)]) for _ in range(3))
        part = figure(chance)[0] if chance.random() < 0.6 else letters(chance)[0]
        if index == 0 and chance.random() < 0.6:
            part = filled(polygon(chance.choice([4, 5, 8, 40])))
        scale = 1 if index == 0 else chance.uniform(0.35, 0.75)
        size = int(CANVAS * scale)
        spot = [int(chance.uniform(0, CANVAS - size)) if chance.random() < 0.5 else (CANVAS - size) // 2 for _ in range(2)]
        image.paste(Image.new("RGBA", (size, size), colour + (255,)), tuple(spot), part.resize((size, size)))
    return image, True


def chart(chance):
    """Bars of some heights, lines of writing, a window, a scribble."""
    image = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    colours = [tuple(chance.randrange(256) for _ in range(3)) + (255,) for _ in range(4)]
    way = chance.random()
    if way < 0.35:
        count = chance.randint(3, 7)
        for index in range(count):
            height = chance.uniform(0.15, 1) * CANVAS
            draw.rectangle((CANVAS * index / count, CANVAS - height, CANVAS * (index + 0.75) / count, CANVAS), colours[index % chance.randint(1, 4)])
    elif way < 0.7:
        draw.rectangle((0, 0, CANVAS, CANVAS), chance.choice([(255, 255, 255, 255), colours[0]]))
        rows = chance.randint(4, 12)
        for row in range(rows):
            top = CANVAS * (row + 0.3) / rows
            draw.rectangle((CANVAS * 0.08, top, CANVAS * chance.uniform(0.4, 0.92), top + CANVAS * 0.4 / rows), colours[1])
    else:
        points = [(CANVAS * chance.uniform(0.05, 0.95), CANVAS * chance.uniform(0.05, 0.95)) for _ in range(chance.randint(5, 14))]
        draw.line(points, colours[0], chance.randint(8, 26), joint="curve")
    return image, True


def stranger_sprites(chance, count=700):
    """`[(levels, whether it has colours of its own)]`."""
    draws = [figure] * 5 + [letters] * 3 + [code] * 2 + [emblem] * 2 + [chart]
    drawn = [chance.choice(draws)(chance) for _ in range(count)]
    return [(levels(image), own) for image, own in drawn]


