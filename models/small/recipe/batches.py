"""Batches of drawn scenes: batch number n of a seed is always the same."""

import random
from dataclasses import dataclass

import numpy as np
import torch

from labels import Labels
from scene import sample_crowd, sample_scene
from world import STRANGER, encode


@dataclass
class Batch:
    """`pixels` uint8 `[batch, side, side, 3]`; `captions` lists of ids; labels by name.

    Short captions come first; before them pictures whose caption is empty,
    since they have none.
    """

    pixels: torch.Tensor
    captions: list
    labels: dict

    def share(self, index, count):
        """Every `count`-th picture."""
        return Batch(
            self.pixels[index::count],
            self.captions[index::count],
            {name: tensor[index::count] for name, tensor in self.labels.items()},
        )


class Batches(torch.utils.data.Dataset):
    """`count` batches from number `first` on, drawn by an artist whom all processes share."""

    def __init__(self, artist, phase, seed, first, count):
        self.artist, self.phase, self.seed = artist, phase, seed
        self.first, self.count = first, count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        chance = random.Random(self.seed * 1_000_003 + self.first + index)
        rows = sorted((self.row(chance, place) for place in range(self.phase.batch)), key=lambda row: len(row[1]))
        return Batch(
            torch.from_numpy(np.stack([pixels for pixels, _, _ in rows])),
            [caption for _, caption, _ in rows],
            {
                name: torch.from_numpy(np.stack([getattr(labels, name) for _, _, labels in rows]))
                for name in Labels.__dataclass_fields__
            },
        )

    def row(self, chance, place):
        """A picture, its caption's ids and its labels."""
        mixture, side = self.phase.mixture, self.phase.side
        if place < self.phase.batch * mixture.crowd:
            scene = sample_crowd(chance, mixture)
            pixels, labels = self.artist.draw(scene, chance, side, mixture.augment)
            return pixels, [], labels
        if chance.random() < mixture.outside:
            return self.artist.outside(chance, side), encode(STRANGER), Labels.empty(side)
        scene = sample_scene(chance, mixture)
        pixels, labels = self.artist.draw(scene, chance, side, mixture.augment)
        return pixels, encode(scene.caption), labels


def loader(artist, phase, seed, first, count, workers=1):
    """Batches drawn ahead by `workers` processes of their own."""
    return torch.utils.data.DataLoader(
        Batches(artist, phase, seed, first, count),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else 2,
    )


def padded(captions):
    """`(inputs, targets)` of equal length; targets of padding are -100."""
    longest = max(map(len, captions)) - 1
    inputs = torch.zeros(len(captions), longest, dtype=torch.long)
    targets = torch.full((len(captions), longest), -100)
    for row, ids in enumerate(captions):
        inputs[row, : len(ids) - 1] = torch.tensor(ids[:-1])
        targets[row, : len(ids) - 1] = torch.tensor(ids[1:])
    return inputs, targets
