"""Draws scenes as square pictures, with everything that may befall a picture."""

import io
import math
import random as chances

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import grounds
import sprites
from icons import UNKNOWN
from labels import label
from paint import Place, contrasting, fill, recoloured
from strangers import stranger_sprites
from world import STRANGER


class Artist:
    """Holds the sprites and fields; draws with the `random.Random` that it is handed, in pictures of `side` pixels."""

    def __init__(self, icons, seed=1):
        self.figures = sprites.figure_sprites(seed)
        self.things = sprites.Things(icons)
        self.strangers = stranger_sprites(chances.Random(seed))
        self.fields = grounds.noise_fields(seed)
        self.patterns = grounds.pattern_fields(chances.Random(seed))
        self.grain = np.random.default_rng(seed).standard_normal((400, 400, 3), np.float32)

    def draw(self, scene, random, side, augment=1.0):
        """A scene as `(uint8 [side, side, 3], Labels)`."""
        picture = self.ground(scene, random, side)
        covers = [self.paste(picture, item, scene, random) for item in scene.items]
        if random.random() < 0.06 * augment and scene.items:
            self.hide(picture, covers, scene, random)
        picture = self.spoil(picture, random, augment)
        return picture, label(scene, covers, side)

    def ground(self, scene, random, side):
        ground = scene.ground
        first = np.array(ground.colours[0], np.float32)
        picture = np.empty((side, side, 3), np.float32)
        picture[:] = first
        if ground.style == "textured":
            picture += self.texture(first, random, side)
        elif ground.style != "plain":
            second = np.array(ground.colours[1], np.float32)
            picture += self.blend(ground, scene, random, side)[..., None] * (second - first)
        return picture

    def texture(self, first, random, side):
        """What a texture adds to a colour: noise, or a pattern in a darker or lighter shade."""
        if random.random() < 0.4:
            strength = random.uniform(10, 30)
            grain = self.field(self.fields, random, side)
            if random.random() >= 0.5:
                grain = np.sin(grain * random.uniform(2, 9))
            return strength * grain[..., None] + (18 if first.mean() < 30 else -18 if first.mean() > 225 else 0)
        darker = first.max() > 70 and (first.min() > 200 or random.random() < 0.6)
        share = random.uniform(0.08, 0.3) if darker else random.uniform(0.1, 0.35)
        change = (np.float32(0 if darker else 255) - first) * share
        return self.field(self.patterns, random, side)[..., None] * (change / 255)

    def blend(self, ground, scene, random, side):
        """How much of the ground's second colour each pixel has."""
        ramp = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
        slant = random.uniform(0, 90) if ground.style in ("striped", "checkered") and random.random() < 0.3 else 0
        angle = math.radians(scene.tilt + slant + (90 if ground.vertical else 0))
        along = ramp[None, :] * math.cos(angle) + ramp[:, None] * math.sin(angle)
        across = ramp[:, None] * math.cos(angle) - ramp[None, :] * math.sin(angle)
        if ground.style == "gradient":
            return np.clip(along + 0.5, 0, 1)
        if ground.style == "two":
            return np.clip((along - random.uniform(-0.1, 0.1)) * side + 0.5, 0, 1)
        period = math.exp(random.uniform(math.log(0.07), math.log(0.34)))
        bias = random.uniform(-0.3, 0.3) if ground.style == "striped" and random.random() < 0.3 else 0
        wave = np.sin((along + random.random()) * (2 * math.pi / period)) + bias
        if ground.style == "checkered":
            wave = wave * np.sin((across + random.random()) * (2 * math.pi / period))
        return np.clip(wave * (side * period / 5) + 0.5, 0, 1)

    @staticmethod
    def field(fields, random, side):
        """A random cut of a random field, flipped at random."""
        field = fields[random.randrange(len(fields))]
        y, x = (random.randrange(field.shape[0] - side) for _ in range(2))
        return field[y : y + side, x : x + side][:: random.choice([1, -1]), :: random.choice([1, -1])]

    def sprite(self, item, scene, random):
        """`(levels, colour)`; no colour where the sprite has its own."""
        if item.kind in self.figures:
            return random.choice(self.figures[item.kind]), item.colour
        if item.kind == STRANGER and random.random() < 0.5:
            levels, own = random.choice(self.strangers)
            return levels, None if own else item.colour
        kind = UNKNOWN if item.kind == STRANGER else item.kind
        levels, monochrome = self.things.choose(kind, scene.ground.colours, random)
        return levels, contrasting(scene.ground.colours, random) if monochrome else None

    def paste(self, picture, item, scene, random):
        """Draws the object; returns `(top, left, alpha)` of what it covers."""
        side = len(picture)
        levels, colour = self.sprite(item, scene, random)
        is_figure = item.kind in self.figures
        root = math.sqrt(scene.stretch)
        width, height = item.size * root * side, item.size / root * side
        flip = not is_figure and item.kind != STRANGER and random.random() < 0.4
        turn = random.gauss(0, 3 if is_figure else 9) if random.random() < (0.3 if is_figure else 0.4) else 0
        place = Place(levels, item.x * side, item.y * side, width, height, scene.tilt + turn, flip)
        extra = random.random()
        if extra < 0.05:
            shadow = place.moved(side * random.uniform(0.01, 0.03), side * random.uniform(0.01, 0.03))
            self.cover(picture, shadow, random, (0.0, 0.0, 0.0), random.uniform(0.15, 0.5))
        elif extra < 0.1:
            rim = (255.0, 255.0, 255.0) if not is_figure and random.random() < 0.6 else (0.0, 0.0, 0.0)
            if colour is not None and rim[0] == 0:
                rim = tuple(value * 0.5 for value in colour)
            self.cover(picture, place.grown(1 + random.uniform(0.04, 0.12)), random, rim, 1)
        if colour is None and not is_figure and extra > 0.98:
            colour = contrasting(scene.ground.colours, random)
        return self.cover(picture, place, random, colour, 1)

    def cover(self, picture, place, random, colour, strength):
        left, top, placed = place.drawn(len(picture), random)
        if placed is None:
            return 0, 0, np.zeros((0, 0), np.float32)
        pixels = np.asarray(placed, np.float32)
        region = picture[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        alpha = (pixels if pixels.ndim == 2 else pixels[..., 3]) * (strength / 255)
        paint = recoloured(pixels[..., :3], random) if colour is None else fill(colour, region.shape, random)
        region += (paint - region) * alpha[..., None]
        return top, left, alpha

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
            picture[top + start : top + start + max(1, int(0.12 * height)), left : left + width] = colour
        else:
            start = int(random.uniform(0, 0.9) * width)
            picture[top : top + height, left + start : left + start + max(1, int(0.12 * width))] = colour

    def spoil(self, picture, random, augment):
        """Borders, colour shifts, noise, low resolution, blur and JPEG, each now and then."""
        side = len(picture)
        if random.random() < 0.06 * augment:
            frame(picture, random)
        if random.random() < 0.2 * augment:
            gain = np.array([random.gauss(1, 0.03) for _ in range(3)], np.float32) * random.gauss(1, 0.05)
            picture = picture * gain + random.gauss(0, 4)
        if random.random() < 0.22 * augment:
            y, x = random.randrange(400 - side), random.randrange(400 - side)
            noise = self.grain[y : y + side, x : x + side]
            if random.random() < 0.2:
                noise = np.stack([self.field(self.fields, random, side) for _ in range(3)], -1)
            picture = picture + noise * random.uniform(1, 14)
        picture = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
        chance = random.random()
        if chance >= 0.36 * augment:
            return picture
        image = Image.fromarray(picture)
        if chance < 0.08 * augment:
            small = int(side * random.uniform(0.3, 0.8))
            image = image.resize((small, small), Image.BICUBIC).resize((side, side), Image.BICUBIC)
        elif chance < 0.18 * augment:
            image = image.filter(ImageFilter.BoxBlur(random.uniform(0.3, 1.2)))
        else:
            file = io.BytesIO()
            image.save(file, "JPEG", quality=random.randint(25, 92))
            image = Image.open(file)
        return np.asarray(image)

    def outside(self, random, side):
        """A picture of nothing in this world: textures of many colours, blobs, natural-looking noise, clutter."""
        way = random.random()
        palette = np.array([[random.uniform(0, 255) for _ in range(3)] for _ in range(3)], np.float32)
        if way < 0.45:
            first, second = self.field(self.fields, random, side), self.field(self.fields, random, side)
            mean = palette[0] * 0.5 + 64
            picture = mean + first[..., None] * (palette[1] - 128) * 0.5 + second[..., None] * (palette[2] - 128) * 0.4
            if random.random() < 0.5:
                picture = picture + self.field(self.fields, random, side)[..., None] * random.uniform(5, 50)
        elif way < 0.65:
            field = self.field(self.fields, random, side)
            cuts = np.quantile(field[::8, ::8], sorted(random.random() for _ in range(2)))
            picture = palette[np.digitize(field, cuts)]
            picture = picture + self.field(self.fields, random, side)[..., None] * random.uniform(0, 30)
        elif way < 0.85:
            picture = self.clutter(random, side)
        else:
            picture = self.hills(random, side, palette)
        return self.spoil(picture, random, 1.0)

    def hills(self, random, side, palette):
        """Ridges under a fading sky."""
        ramp = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
        picture = np.ascontiguousarray(np.broadcast_to(palette[0] + (palette[1] - palette[0]) * ramp, (side, side, 3)))
        rows = np.arange(side)[:, None]
        for index in range(random.randint(2, 6)):
            ridge = self.field(self.fields, random, side)[0] * side * 0.04 + side * random.uniform(0.25, 0.85)
            shade = palette[1] + (palette[2] - palette[1]) * random.random()
            picture[rows > ridge] = shade
        return picture + self.field(self.fields, random, side)[..., None] * random.uniform(0, 12)

    def clutter(self, random, side):
        """Many overlapping shapes of many colours and no kind, or many lines."""
        image = Image.new("RGB", (side, side), tuple(random.randrange(256) for _ in range(3)))
        draw = ImageDraw.Draw(image)
        spread = random.uniform(0.12, 0.5) * side
        for _ in range(random.randint(8, 60)):
            colour = tuple(random.randrange(256) for _ in range(3))
            x, y = random.uniform(0, side), random.uniform(0, side)
            points = [(x + random.gauss(0, spread), y + random.gauss(0, spread)) for _ in range(random.randint(2, 6))]
            if len(points) == 2:
                draw.line(points, colour, random.randint(1, 8))
            else:
                draw.polygon(points, colour)
        picture = np.asarray(image, np.float32)
        return picture + self.field(self.fields, random, side)[..., None] * random.uniform(0, 40)


def frame(picture, random):
    width = random.randint(1, 5)
    colour = random.choice([0, 255, 128, random.uniform(0, 255)])
    picture[:width] = picture[-width:] = colour
    picture[:, :width] = picture[:, -width:] = colour
