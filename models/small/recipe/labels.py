"""What is where in a drawn scene, patch by patch: the auxiliary head that speeds up training learns from that."""

from dataclasses import dataclass

import numpy as np

from describe import LARGE, RELATIONS, SMALL
from world import COLOUR_NAMES, KINDS, STRANGER

PATCH = 16
CELLS = 8
NOTHING = -100
STYLES = ["plain", "two", "gradient", "textured", "striped", "checkered"]
NAMED = [*KINDS, STRANGER]
"""What the auxiliary head may call an object."""


@dataclass
class Labels:
    """What the auxiliary head learns; `NOTHING` where there is nothing to learn.

    kind: per patch, 0 for the ground or 1 + index in `NAMED` · colour, size:
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
    def empty(cls, side):
        patches = (side // PATCH) ** 2
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


def label(scene, covers, side):
    """The labels of a drawn scene."""
    labels, grid = Labels.empty(side), side // PATCH
    shares = np.zeros((len(covers) + 1, grid, grid), np.float32)
    covered = np.zeros((side, side), np.float32)
    for share, (top, left, alpha) in zip(shares, covers):
        if not alpha.size:
            continue
        bottom, right = top + alpha.shape[0], left + alpha.shape[1]
        covered[top:bottom, left:right] += alpha
        rows, columns = slice(top // PATCH, -(-bottom // PATCH)), slice(left // PATCH, -(-right // PATCH))
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        whole = np.zeros((high * PATCH, wide * PATCH), np.float32)
        y, x = top - rows.start * PATCH, left - columns.start * PATCH
        whole[y : y + alpha.shape[0], x : x + alpha.shape[1]] = alpha
        share[rows, columns] = whole.reshape(high, PATCH, wide, PATCH).mean((1, 3))
    shares = shares.reshape(len(covers) + 1, grid * grid)
    owner, most = shares.argmax(0), shares.max(0)
    labels.kind[most < 0.03] = 0
    for index, item in enumerate(scene.items):
        mine = (owner == index) & (most > 0.1)
        labels.kind[mine] = 1 + NAMED.index(item.kind)
        if item.colour_name:
            labels.colour[mine] = COLOUR_NAMES.index(item.colour_name)
            labels.size[mine] = [SMALL, "", LARGE].index(item.size_name)
        if scene.caption:
            labels.role[mine] = index
        labels.box[mine] = item.x, item.y, item.size, 1
    cell = PATCH // CELLS
    cells = covered.reshape(grid, CELLS, cell, grid, CELLS, cell).mean((2, 5)).transpose(0, 2, 1, 3)
    labels.mask[:] = np.minimum(cells, 1).reshape(grid * grid, CELLS * CELLS)
    colours = [COLOUR_NAMES.index(name) for name in scene.ground.names]
    if scene.relation:
        labels.relation[0] = RELATIONS.index(scene.relation)
    labels.ground[0] = STYLES.index(scene.ground.style)
    labels.ground[1 : 1 + len(colours)] = colours
    return labels
