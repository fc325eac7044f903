"""Batches of drawn scenes: batch number n of a seed is always the same."""

import random
from dataclasses import dataclass

import numpy as np
import torch

from draw import Artist, Labels
from scene import sample_crowd, sample_scene
from world import encode


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
    def __init__(self, mixture, size, seed, first, count):
        self.mixture, self.size, self.seed = mixture, size, seed
        self.first, self.count = first, count
        self.artist = None

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.artist = self.artist or Artist()
        chance = random.Random(self.seed * 1_000_003 + self.first + index)
        rows = sorted((self.row(chance, index) for index in range(self.size)), key=lambda row: len(row[1]))
        return Batch(
            torch.from_numpy(np.stack([pixels for pixels, _, _ in rows])),
            [caption for _, caption, _ in rows],
            {
                name: torch.from_numpy(np.stack([getattr(labels, name) for _, _, labels in rows]))
                for name in Labels.__dataclass_fields__
            },
        )

    def row(self, chance, index):
        """A picture, its caption's ids and its labels; out of the world, a caption of something else."""
        if index < self.size * self.mixture.crowd:
            scene = sample_crowd(chance, self.mixture)
            pixels, labels = self.artist.draw(scene, chance, self.mixture.augment)
            return pixels, [], labels
        scene = sample_scene(chance, self.mixture)
        caption = encode(scene.caption)
        if chance.random() < self.mixture.outside:
            return self.artist.outside(chance), caption, Labels.empty()
        pixels, labels = self.artist.draw(scene, chance, self.mixture.augment)
        return pixels, caption, labels


def loader(mixture, size, seed, first, count, workers=1):
    """Batches drawn ahead by `workers` processes of their own."""
    return torch.utils.data.DataLoader(
        Batches(mixture, size, seed, first, count),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=6 if workers else 2,
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
