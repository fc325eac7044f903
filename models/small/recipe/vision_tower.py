"""The vision tower: a pre-LN ViT, fused qkv laid out `[3][head][head_dim]`, a class token in front, `post_layernorm` at the end."""

import torch
import torch.nn.functional as F
from torch import nn

from layers import Norm, attend


class VisionAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x):
        return self.projection(attend(*self.qkv(x).chunk(3, -1), self.heads))


class VisionFeedForward(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.fc1 = nn.Linear(width, inner)
        self.fc2 = nn.Linear(inner, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class VisionLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, epsilon = shape.vision_width, shape.vision_epsilon
        self.layer_norm1 = Norm(width, eps=epsilon)
        self.self_attn = VisionAttention(width, shape.vision_heads)
        self.layer_norm2 = Norm(width, eps=epsilon)
        self.mlp = VisionFeedForward(width, shape.vision_feed_forward)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class VisionEmbeddings(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, patch = shape.vision_width, shape.patch_size
        self.class_embedding = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.patch_embedding = nn.Conv2d(3, width, patch, patch)
        self.position_embedding = nn.Parameter(torch.randn(1, shape.grid**2 + 1, width) * 0.02)

    def forward(self, pixels):
        weight = self.patch_embedding.weight
        patches = F.linear(patchify(pixels, weight.shape[-1]), weight.flatten(1), self.patch_embedding.bias)
        token = self.class_embedding.expand(len(pixels), -1, -1)
        return torch.cat([token, patches.to(token.dtype)], 1) + self.positions(pixels.shape[-1] // weight.shape[-1])

    def positions(self, grid):
        """`[1, 1 + grid * grid, width]`: smaller pictures than the model is meant for use the table's in-between places."""
        table = self.position_embedding
        whole = round((table.shape[1] - 1) ** 0.5)
        if grid == whole:
            return table
        square = table[:, 1:].reshape(1, whole, whole, -1).permute(0, 3, 1, 2)
        between = F.interpolate(square, (grid, grid), mode="bilinear", align_corners=False)
        return torch.cat([table[:, :1], between.flatten(2).transpose(1, 2)], 1)


def patchify(pixels, patch):
    """`[batch, 3, side, side]` to `[batch, patches, 3 * patch * patch]`, row by row."""
    batch, channels, side, _ = pixels.shape
    grid = side // patch
    cut = pixels.reshape(batch, channels, grid, patch, grid, patch)
    return cut.permute(0, 2, 4, 1, 3, 5).reshape(batch, grid * grid, channels * patch * patch)


class VisionEncoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.layers = nn.ModuleList(VisionLayer(shape) for _ in range(shape.vision_layers))


class VisionModel(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embeddings = VisionEmbeddings(shape)
        self.encoder = VisionEncoder(shape)
        self.post_layernorm = Norm(shape.vision_width, eps=shape.vision_epsilon)

    def forward(self, pixels):
        x = self.embeddings(pixels)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.post_layernorm(x)
