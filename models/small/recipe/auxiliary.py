"""The auxiliary head: says of every patch what is there. It speeds up training and is not shipped.

Linear layers on each image token must name the object's kind, colour and size,
where its middle is and which of the caption's objects it is; others on the
class token the ground and the relation. What a linear
layer can read, the decoder can read too. After the second layer already, each
patch must tell figure from ground in its 8 x 8 cells: shapes are then learned
from masks instead of from every pair of colours anew.
"""

import torch
import torch.nn.functional as F
from torch import nn

from describe import RELATIONS
from labels import CELLS, NAMED, STYLES
from layers import Norm
from world import COLOUR_NAMES

GROUND_WEIGHT = 0.15
"""Most patches are ground; they count less than those of objects."""


class AuxiliaryHead(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.sizes = [1 + len(NAMED), len(COLOUR_NAMES), 3, 3]
        self.patch = nn.Linear(width, sum(self.sizes))
        self.mask = nn.Sequential(Norm(width), nn.Linear(width, CELLS * CELLS))
        self.ground = nn.Linear(width, len(STYLES) + 2 * len(COLOUR_NAMES))
        self.role = nn.Linear(width, 3)
        self.relation = nn.Linear(width, len(RELATIONS))

    def forward(self, early, image, labels):
        """The loss; `early` is the second layer's output, `image` the vision tower's."""
        kind, colour, size, box = self.patch(image[:, 1:]).float().split(self.sizes, -1)
        weight = torch.ones(self.sizes[0], device=image.device)
        weight[0] = GROUND_WEIGHT
        loss = named(kind, labels["kind"], weight) + named(colour, labels["colour"]) + 0.5 * named(size, labels["size"])
        there = labels["box"][..., 3:]
        loss = loss + 4 * (F.smooth_l1_loss(box, labels["box"][..., :3], reduction="none", beta=0.1) * there).sum() / (there.sum() + 1)
        known = (labels["ground"][:, 0] >= 0).float()
        cells = self.mask(early[:, 1:]).float()
        missed = F.binary_cross_entropy_with_logits(cells, labels["mask"], reduction="none").mean((1, 2))
        loss = loss + 4 * (missed * known).sum() / (known.sum() + 1)
        style, first, second = self.ground(image[:, 0]).float().split([len(STYLES)] + 2 * [len(COLOUR_NAMES)], -1)
        for index, logits in enumerate((style, first, second)):
            loss = loss + 0.3 * named(logits, labels["ground"][:, index])
        role = named(self.role(image[:, 1:]).float(), labels["role"])
        return loss + role + 0.3 * named(self.relation(image[:, 0]).float(), labels["relation"][:, 0])


def named(logits, labels, weight=None):
    """Cross-entropy that is zero, not undefined, where no label is given at all."""
    labels = labels.long()
    if (labels < 0).all():
        return logits.sum() * 0
    return F.cross_entropy(logits.flatten(0, -2), labels.flatten(), weight)
