"""Fields that textured grounds are made of: noise of many spectra, speckles, and patterns that repeat."""

import math

import numpy as np


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


def fold(value):
    """Distance from the nearest whole number, from 0 to 0.5."""
    return np.abs(value - np.round(value))


def dots(u, v, chance):
    return chance.uniform(0.18, 0.36) - np.hypot(fold(u), fold(v))


def staggered_dots(u, v, chance):
    radius = chance.uniform(0.14, 0.28)
    return radius - np.minimum(np.hypot(fold(u), fold(v)), np.hypot(fold(u + 0.5), fold(v + 0.5)))


def circles(u, v, chance):
    return chance.uniform(0.05, 0.1) - np.abs(np.hypot(fold(u), fold(v)) - chance.uniform(0.25, 0.4))


def grid(u, v, chance):
    return chance.uniform(0.04, 0.13) - np.minimum(fold(u), fold(v))


def crosses(u, v, chance):
    thick, reach = chance.uniform(0.05, 0.1), chance.uniform(0.2, 0.34)
    a, b = fold(u), fold(v)
    return np.maximum(np.minimum(thick - a, reach - b), np.minimum(thick - b, reach - a))


def scales(u, v, chance):
    """Rows of arcs, each over the gaps of the one before."""
    row = np.floor(v * 2)
    shift = (row % 2) * 0.5
    below = np.hypot(fold(u + shift), v * 2 % 1) - 0.5
    above = np.hypot(fold(u + 0.5 + shift), v * 2 % 1 + 1) - 1.1
    return chance.uniform(0.05, 0.1) - np.minimum(np.abs(below), np.abs(above))


def waves(u, v, chance):
    return chance.uniform(0.08, 0.16) - fold(v + chance.uniform(0.15, 0.35) * np.sin(2 * math.pi * u * chance.uniform(0.5, 1)))


def zigzags(u, v, chance):
    return chance.uniform(0.08, 0.16) - fold(v + chance.uniform(0.5, 1.2) * fold(u * chance.uniform(0.5, 1)))


def bricks(u, v, chance):
    shift = (np.floor(v * 2) % 2) * 0.5
    return chance.uniform(0.03, 0.07) - np.minimum(fold(u + shift), fold(v * 2) / 2)


def weave(u, v, chance):
    flat = (np.floor(u) + np.floor(v)) % 2
    return chance.uniform(0.1, 0.2) - np.where(flat > 0, fold(u * 2), fold(v * 2)) * 0.7


def honeycomb(u, v, chance):
    a, b = u * 1.0, v / math.sqrt(3)
    first = np.hypot(fold(a), math.sqrt(3) * fold(b))
    second = np.hypot(fold(a + 0.5), math.sqrt(3) * fold(b + 0.5))
    return chance.uniform(0.04, 0.09) - np.abs(first - second) * 0.5


def triangles(u, v, chance):
    return (v % 1) * 0.5 - fold(u + (np.floor(v) % 2) * 0.5) - chance.uniform(0, 0.1)


def lozenges(u, v, chance):
    return chance.uniform(0.2, 0.34) - (fold(u) + fold(v))


PATTERNS = [dots, dots, staggered_dots, staggered_dots, circles, grid, grid, crosses, scales, scales, waves, zigzags]
PATTERNS += [bricks, weave, honeycomb, triangles, lozenges]


def pattern_fields(chance, count=420, side=320):
    """`uint8 [side, side]`: how much of the second shade there is, of 255."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    fields = []
    for index in range(count):
        period = math.exp(chance.uniform(math.log(4.5), math.log(26)))
        angle = math.radians(chance.choice([0, 45, chance.uniform(0, 180)]))
        u = (x * math.cos(angle) + y * math.sin(angle)) / period + 7.3
        v = (y * math.cos(angle) - x * math.sin(angle)) / period + 9.1
        inside = PATTERNS[index % len(PATTERNS)](u, v, chance) * period
        if chance.random() < 0.15:
            inside = -inside
        fields.append((np.clip(inside + 0.5, 0, 1) * 255).astype(np.uint8))
    return fields
