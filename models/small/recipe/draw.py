"""Draws scenes as square pictures of 128 pixels, with everything that may befall a picture.

Also says, patch by patch, what is where: the auxiliary head that speeds up
training learns from that (`Labels`).
"""

import io
import math
import random as chances
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

import sprites
from scene import LARGE, RELATIONS, SMALL
from world import COLOUR_NAMES, KINDS

SIDE = 128
PATCH = 16
GRID = SIDE // PATCH
CELLS = 8
NOTHING = -100
STYLES = ["plain", "two", "gradient", "textured", "striped", "checkered"]
RAMP = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5


@dataclass
class Labels:
    """What the auxiliary head learns; `NOTHING` where there is nothing to learn.

    kind: per patch, 0 for the ground or 1 + index of the kind · colour, size:
    per patch, of figures · box: per patch, x, y and size of the object, and
    whether there is one · ground: style, first and second colour of the whole
    picture · relation: the whole picture's · role: per patch, which object of
    the caption it belongs to, in the order of mention · mask: per patch, how much of each of its 8 x 8 cells objects cover.
    """

    kind: np.ndarray
    colour: np.ndarray
    size: np.ndarray
    box: np.ndarray
    ground: np.ndarray
    mask: np.ndarray
    role: np.ndarray
    relation: np.ndarray

    @classmethod
    def empty(cls):
        patches = GRID * GRID
        return cls(
            np.full(patches, NOTHING, np.int16),
            np.full(patches, NOTHING, np.int16),
            np.full(patches, NOTHING, np.int16),
            np.zeros((patches, 4), np.float32),
            np.full(3, NOTHING, np.int16),
            np.zeros((patches, CELLS * CELLS), np.float32),
            np.full(patches, NOTHING, np.int16),
            np.full(1, NOTHING, np.int16),
        )


class Artist:
    """Holds the sprites and noise fields; draws with the `random.Random` that it is handed."""

    def __init__(self, seed=1):
        self.figures = sprites.figure_sprites(seed)
        self.things = sprites.thing_sprites()
        self.fields = noise_fields(seed)

    def draw(self, scene, random, augment=1.0):
        """A scene as `(uint8 [SIDE, SIDE, 3], Labels)`."""
        picture = self.ground(scene, random)
        covers = [self.paste(picture, item, scene, random) for item in scene.items]
        if random.random() < 0.08 * augment and scene.items:
            self.hide(picture, covers, scene, random)
        picture = self.spoil(picture, random, augment)
        return picture, label(scene, covers)

    def ground(self, scene, random):
        ground = scene.ground
        first = np.array(ground.colours[0], np.float32)
        picture = np.empty((SIDE, SIDE, 3), np.float32)
        picture[:] = first
        if ground.style == "textured":
            strength = random.uniform(10, 30)
            grain = self.field(random)
            if random.random() < 0.5:
                picture += strength * grain[..., None]
            else:
                picture += strength * (np.sin(grain * random.uniform(2, 9))[..., None])
            picture += 18 if first.mean() < 30 else -18 if first.mean() > 225 else 0
        elif ground.style != "plain":
            second = np.array(ground.colours[1], np.float32)
            picture += self.blend(ground, scene, random)[..., None] * (second - first)
        return picture

    def blend(self, ground, scene, random):
        """How much of the ground's second colour each pixel has."""
        angle = math.radians(scene.tilt + (90 if ground.vertical else 0))
        along = RAMP[None, :] * math.cos(angle) + RAMP[:, None] * math.sin(angle)
        across = RAMP[:, None] * math.cos(angle) - RAMP[None, :] * math.sin(angle)
        if ground.style == "gradient":
            return np.clip(along + 0.5, 0, 1)
        if ground.style == "two":
            return np.clip((along - random.uniform(-0.1, 0.1)) * SIDE + 0.5, 0, 1)
        period = random.uniform(0.09, 0.3)
        wave = np.sin((along + random.random()) * (2 * math.pi / period))
        if ground.style == "checkered":
            wave = wave * np.sin((across + random.random()) * (2 * math.pi / period))
        return np.clip(wave * (SIDE * period / 6) + 0.5, 0, 1)

    def field(self, random):
        """A random cut of a random noise field, flipped at random."""
        field = self.fields[random.randrange(len(self.fields))]
        y, x = (random.randrange(field.shape[0] - SIDE) for _ in range(2))
        return field[y : y + SIDE, x : x + SIDE][:: random.choice([1, -1]), :: random.choice([1, -1])]

    def paste(self, picture, item, scene, random):
        """Draws the object; returns `(top, left, alpha)` of what it covers."""
        variants = self.figures.get(item.kind) or self.things[item.kind]
        sprite = random.choice(variants)
        root = math.sqrt(scene.stretch)
        width, height = item.size * root * SIDE, item.size / root * SIDE
        side, image = next((level for level in reversed(sprite) if level[0] >= max(width, height)), sprite[0])
        angle = math.radians(scene.tilt + (random.gauss(0, 3) if random.random() < 0.3 else 0))
        cos, sin = math.cos(angle), math.sin(angle)
        reach = abs(cos) + abs(sin)
        left, right = window(item.x * SIDE, width * reach / 2)
        top, bottom = window(item.y * SIDE, height * reach / 2)
        if right <= left or bottom <= top:
            return 0, 0, np.zeros((0, 0), np.float32)
        x, y = left - item.x * SIDE, top - item.y * SIDE
        across, down = side / width, side / height
        placed = image.transform(
            (right - left, bottom - top),
            Image.AFFINE,
            (
                cos * across,
                sin * down,
                side / 2 + cos * across * x + sin * down * y,
                -sin * across,
                cos * down,
                side / 2 - sin * across * x + cos * down * y,
            ),
            Image.BILINEAR,
        )
        pixels = np.asarray(placed, np.float32)
        region = picture[top:bottom, left:right]
        if item.colour is None:
            alpha = pixels[..., 3] * (1 / 255)
            region += (pixels[..., :3] - region) * alpha[..., None]
        else:
            alpha = pixels * (1 / 255)
            region += (self.fill(item, region.shape, random) - region) * alpha[..., None]
        return top, left, alpha

    @staticmethod
    def fill(item, shape, random):
        """Flat colour, or at times a little shading."""
        colour = np.array(item.colour, np.float32)
        if random.random() < 0.85:
            return colour
        shade = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None, None] * random.uniform(-25, 25)
        return np.clip(colour + shade, 0, 255)

    @staticmethod
    def hide(picture, covers, scene, random):
        """A bar over a part of one object, in the ground's colour."""
        top, left, alpha = random.choice(covers)
        height, width = alpha.shape
        if min(height, width) < 12:
            return
        colour = scene.ground.colours[0]
        if random.random() < 0.5:
            start = int(random.uniform(0, 0.9) * height)
            picture[top + start : top + start + max(1, int(0.15 * height)), left : left + width] = colour
        else:
            start = int(random.uniform(0, 0.9) * width)
            picture[top : top + height, left + start : left + start + max(1, int(0.15 * width))] = colour

    def spoil(self, picture, random, augment):
        """Borders, colour shifts, noise, low resolution, blur and JPEG, each now and then."""
        if random.random() < 0.06 * augment:
            frame(picture, random)
        if random.random() < 0.25 * augment:
            gain = np.array([random.gauss(1, 0.03) for _ in range(3)], np.float32) * random.gauss(1, 0.05)
            picture = picture * gain + random.gauss(0, 4)
        if random.random() < 0.25 * augment:
            noise = np.stack([self.field(random) for _ in range(3)], -1) if random.random() < 0.2 else None
            if noise is None:
                noise = np.random.default_rng(random.getrandbits(32)).standard_normal((SIDE, SIDE, 3), np.float32)
            picture = picture + noise * random.uniform(1, 14)
        picture = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
        chance = random.random()
        if chance >= 0.4 * augment:
            return picture
        image = Image.fromarray(picture)
        if chance < 0.1 * augment:
            small = random.randint(32, 96)
            image = image.resize((small, small), Image.BICUBIC).resize((SIDE, SIDE), Image.BICUBIC)
        elif chance < 0.2 * augment:
            image = image.filter(ImageFilter.BoxBlur(random.uniform(0.3, 1.2)))
        else:
            file = io.BytesIO()
            image.save(file, "JPEG", quality=random.randint(25, 92))
            image = Image.open(file)
        return np.asarray(image)

    def outside(self, random):
        """A picture of nothing in this world: textures, blobs, natural-looking noise, clutter."""
        way = random.random()
        palette = np.array([[random.uniform(0, 255) for _ in range(3)] for _ in range(3)], np.float32)
        if way < 0.45:
            first, second = self.field(random), self.field(random)
            mean = palette[0] * 0.5 + 64
            picture = mean + first[..., None] * (palette[1] - 128) * 0.5 + second[..., None] * (palette[2] - 128) * 0.4
            if random.random() < 0.5:
                picture = picture + self.field(random)[..., None] * random.uniform(5, 50)
        elif way < 0.7:
            field = self.field(random)
            cuts = np.quantile(field[::8, ::8], sorted(random.random() for _ in range(2)))
            picture = palette[np.digitize(field, cuts)]
            picture = picture + self.field(random)[..., None] * random.uniform(0, 30)
        else:
            picture = self.clutter(random)
        return self.spoil(picture, random, 1.0)

    def clutter(self, random):
        """Many overlapping shapes of many colours and no kind."""
        from PIL import ImageDraw

        image = Image.new("RGB", (SIDE, SIDE), tuple(random.randrange(256) for _ in range(3)))
        draw = ImageDraw.Draw(image)
        spread = random.uniform(15, 70)
        for _ in range(random.randint(8, 60)):
            colour = tuple(random.randrange(256) for _ in range(3))
            x, y = random.uniform(0, SIDE), random.uniform(0, SIDE)
            points = [(x + random.gauss(0, spread), y + random.gauss(0, spread)) for _ in range(random.randint(2, 6))]
            if len(points) == 2:
                draw.line(points, colour, random.randint(1, 8))
            else:
                draw.polygon(points, colour)
        picture = np.asarray(image, np.float32)
        return picture + self.field(random)[..., None] * random.uniform(0, 40)


def window(middle, half):
    """The pixels that a span touches, kept inside the picture."""
    return max(0, math.floor(middle - half)), min(SIDE, math.ceil(middle + half))


def frame(picture, random):
    width = random.randint(1, 5)
    colour = random.choice([0, 255, 128, random.uniform(0, 255)])
    picture[:width] = picture[-width:] = colour
    picture[:, :width] = picture[:, -width:] = colour


def noise_fields(seed, count=48, side=320):
    """Noise of many spectra, from smooth blobs to fine grain, each with mean 0 and deviation 1."""
    generator = np.random.default_rng(seed)
    y, x = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    fields = []
    for index in range(count):
        ratio = 2 ** generator.uniform(-1.5, 1.5) if index % 3 == 0 else 1.0
        distance = np.sqrt((x * ratio) ** 2 + (y / ratio) ** 2) + 1 / side
        spectrum = generator.standard_normal(x.shape) + 1j * generator.standard_normal(x.shape)
        field = np.fft.irfft2(spectrum * distance ** -(index % 6 * 0.5), (side, side))
        fields.append(((field - field.mean()) / field.std()).astype(np.float32))
    return fields + [speckles(generator, side) for _ in range(12)]


def speckles(generator, side):
    """Scattered light and dark dots of one size, as in terrazzo."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    field = np.zeros((side, side), np.float32)
    radius = generator.uniform(1, 3)
    for _ in range(int(generator.uniform(0.03, 0.2) * side * side / radius**2 / 3)):
        row, column = generator.uniform(0, side, 2)
        top, left = int(max(0, row - 5)), int(max(0, column - 5))
        window = np.s_[top : top + 11, left : left + 11]
        distance = np.hypot(y[window] - row, x[window] - column)
        field[window] += np.clip(radius - distance + 0.5, 0, 1) * generator.choice([-2.5, 2.5]) * generator.uniform(0.3, 1)
    return field


def label(scene, covers):
    """The labels of a drawn scene."""
    labels = Labels.empty()
    shares = np.zeros((len(covers) + 1, GRID * GRID), np.float32)
    covered = np.zeros((SIDE, SIDE), np.float32)
    for share, (top, left, alpha) in zip(shares, covers):
        whole = np.zeros((SIDE, SIDE), np.float32)
        whole[top : top + alpha.shape[0], left : left + alpha.shape[1]] = alpha
        covered += whole
        share[:] = whole.reshape(GRID, PATCH, GRID, PATCH).mean((1, 3)).ravel()
    owner, most = shares.argmax(0), shares.max(0)
    labels.kind[most < 0.03] = 0
    for index, item in enumerate(scene.items):
        mine = (owner == index) & (most > 0.1)
        labels.kind[mine] = 1 + KINDS.index(item.kind)
        if item.colour_name:
            labels.colour[mine] = COLOUR_NAMES.index(item.colour_name)
            labels.size[mine] = [SMALL, "", LARGE].index(item.size_name)
        if scene.caption:
            labels.role[mine] = index
        labels.box[mine] = item.x, item.y, item.size, 1
    cell = PATCH // CELLS
    cells = covered.reshape(GRID, CELLS, cell, GRID, CELLS, cell).mean((2, 5)).transpose(0, 2, 1, 3)
    labels.mask[:] = np.minimum(cells, 1).reshape(GRID * GRID, CELLS * CELLS)
    colours = [COLOUR_NAMES.index(name) for name in scene.ground.names]
    if scene.relation:
        labels.relation[0] = RELATIONS.index(scene.relation)
    labels.ground[0] = STYLES.index(scene.ground.style)
    labels.ground[1 : 1 + len(colours)] = colours
    return labels
