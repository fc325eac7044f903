"""Sprites as they are laid on a picture: where, and in which colours."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from scene import differ

LUMA = np.array([0.3, 0.59, 0.11], np.float32)


@dataclass
class Place:
    """Where a sprite goes, in pixels, turned by `angle` degrees."""

    levels: list
    x: float
    y: float
    width: float
    height: float
    angle: float
    flip: bool

    def moved(self, x, y):
        return Place(self.levels, self.x + x, self.y + y, self.width, self.height, self.angle, self.flip)

    def grown(self, factor):
        return Place(self.levels, self.x, self.y, self.width * factor, self.height * factor, self.angle, self.flip)

    def drawn(self, picture_side, random):
        """`(left, top, image)` of the part inside the picture; no image where there is none."""
        side, image = next((level for level in reversed(self.levels) if level[0] >= max(self.width, self.height)), self.levels[0])
        angle = math.radians(self.angle)
        cos, sin = math.cos(angle), math.sin(angle)
        reach = abs(cos) + abs(sin)
        left, right = window(self.x, self.width * reach / 2, picture_side)
        top, bottom = window(self.y, self.height * reach / 2, picture_side)
        if right <= left or bottom <= top:
            return left, top, None
        x, y = left - self.x, top - self.y
        across, down = side / self.width, side / self.height
        mirror = -1 if self.flip else 1
        chance = random.random()
        placed = image.transform(
            (right - left, bottom - top),
            Image.AFFINE,
            (
                mirror * cos * across,
                mirror * sin * down,
                side / 2 + mirror * (cos * across * x + sin * down * y),
                -sin * across,
                cos * down,
                side / 2 - sin * across * x + cos * down * y,
            ),
            Image.BILINEAR if chance < 0.75 else Image.BICUBIC if chance < 0.96 else Image.NEAREST,
        )
        return left, top, placed


def contrasting(behind, random):
    """Any shade that stands out, often a very dark or a very light one."""
    way = random.random()
    for _ in range(30):
        if way < 0.6:
            colour = random.choice([(0.0,) * 3, (20.0,) * 3, (40.0, 45.0, 55.0), (255.0,) * 3])
        else:
            colour = tuple(random.uniform(0, 255) for _ in range(3))
        if all(differ(colour, other, 95) for other in behind):
            return colour
        way += 0.1
    return colour


def recoloured(pixels, random):
    """A thing's own colours, now and then a little or much changed."""
    chance = random.random()
    if chance > 0.22:
        return pixels
    gray = (pixels @ LUMA)[..., None]
    if chance < 0.03:
        return np.repeat(gray, 3, -1)
    if chance < 0.1:
        return gray + (pixels - gray) * random.uniform(0.3, 1.5)
    if chance < 0.13:
        # hues change places
        return pixels[..., random.choice([[0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])]
    return np.clip(pixels * random.uniform(0.75, 1.25) + np.array([random.gauss(0, 14) for _ in range(3)], np.float32), 0, 255)


def fill(colour, shape, random):
    """Flat colour, or at times a little shading."""
    colour = np.array(colour, np.float32)
    if random.random() < 0.85:
        return colour
    shade = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None, None] * random.uniform(-25, 25)
    return np.clip(colour + shade, 0, 255)


def window(middle, half, side):
    """The pixels that a span touches, kept inside the picture."""
    return max(0, math.floor(middle - half)), min(side, math.ceil(middle + half))
