"""What both towers of a BLIP captioner are made of."""

import torch
from torch import nn


def attend(query, key, value, heads, mask=None):
    """Scaled dot-product attention; all arguments are `[batch, tokens, width]`."""
    batch, tokens, width = query.shape
    size = width // heads

    def split(x):
        return x.reshape(batch, -1, heads, size).transpose(1, 2)

    scores = torch.matmul(split(query) * size**-0.5, split(key).transpose(-1, -2))
    if mask is not None:
        scores = scores + mask
    mixed = torch.matmul(scores.softmax(-1), split(value))
    return mixed.transpose(1, 2).reshape(batch, tokens, width)


class Norm(nn.LayerNorm):
    """Normalises in the type of its own weights, whatever autocast hands it; hands products on what they will work with."""

    def forward(self, x):
        normal = super().forward(x.to(self.weight.dtype))
        return normal.bfloat16() if torch.is_autocast_cpu_enabled() else normal
