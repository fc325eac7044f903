"""A BLIP captioner (`BlipForConditionalGeneration`) in plain torch.

The modules are named as in the published checkpoints, so `state_dict()` holds
exactly the tensor names that a Hugging Face checkpoint of this architecture
has, and nothing has to be renamed on the way out or in.

* Vision tower: pre-LN ViT, fused qkv laid out `[3][head][head_dim]`, a class
  token in front, `post_layernorm` at the end.
* Text decoder: post-LN BERT with causal self-attention and cross-attention on
  all image tokens; no token types.
* GELU is the erf form everywhere; epsilons come from the configuration.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class BlipShape:
    """The sizes that `config.json` states; see `checkpoint.py` for the file itself."""

    image_size: int
    patch_size: int
    vision_width: int
    vision_layers: int
    vision_heads: int
    vision_feed_forward: int
    vision_epsilon: float
    text_width: int
    text_layers: int
    text_heads: int
    text_feed_forward: int
    text_epsilon: float
    text_positions: int
    vocabulary: int

    @property
    def grid(self):
        return self.image_size // self.patch_size


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


class TextEmbeddings(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.text_width)
        self.position_embeddings = nn.Embedding(shape.text_positions, shape.text_width)
        self.LayerNorm = Norm(shape.text_width, eps=shape.text_epsilon)

    def forward(self, ids):
        return self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings.weight[: ids.shape[1]])


class Projections(nn.Module):
    def __init__(self, width, source):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(source, width)
        self.value = nn.Linear(source, width)


class Residual(nn.Module):
    """Dense, add, normalise: the tail of every BERT sub-layer."""

    def __init__(self, inner, width, epsilon):
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = Norm(width, eps=epsilon)

    def forward(self, x, residual):
        return self.LayerNorm(residual + self.dense(x))


class TextAttention(nn.Module):
    def __init__(self, shape, source):
        super().__init__()
        self.heads = shape.text_heads
        self.self = Projections(shape.text_width, source)
        self.output = Residual(shape.text_width, shape.text_width, shape.text_epsilon)

    def forward(self, x, source, mask=None):
        mixed = attend(self.self.query(x), self.self.key(source), self.self.value(source), self.heads, mask)
        return self.output(mixed, x)


class TextIntermediate(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.dense = nn.Linear(width, inner)


class TextLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.attention = TextAttention(shape, shape.text_width)
        self.crossattention = TextAttention(shape, shape.vision_width)
        self.intermediate = TextIntermediate(shape.text_width, shape.text_feed_forward)
        self.output = Residual(shape.text_feed_forward, shape.text_width, shape.text_epsilon)

    def forward(self, x, image, mask):
        x = self.attention(x, x, mask)
        x = self.crossattention(x, image)
        return self.output(F.gelu(self.intermediate.dense(x)), x)


class TextEncoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.layer = nn.ModuleList(TextLayer(shape) for _ in range(shape.text_layers))


class Bert(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embeddings = TextEmbeddings(shape)
        self.encoder = TextEncoder(shape)


class Transform(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.dense = nn.Linear(shape.text_width, shape.text_width)
        self.LayerNorm = Norm(shape.text_width, eps=shape.text_epsilon)


class Predictions(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.transform = Transform(shape)
        self.decoder = nn.Linear(shape.text_width, shape.vocabulary, bias=False)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))

    def forward(self, x):
        x = self.transform.LayerNorm(F.gelu(self.transform.dense(x)))
        return F.linear(x, self.decoder.weight, self.bias)


class Head(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.predictions = Predictions(shape)


class TextDecoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.bert = Bert(shape)
        self.cls = Head(shape)

    def forward(self, ids, image):
        """Logits `[batch, tokens, vocabulary]` for the word after each of `ids`."""
        x = self.bert.embeddings(ids)
        tokens = ids.shape[1]
        mask = torch.full((tokens, tokens), -1e4, dtype=x.dtype, device=x.device).triu(1)
        for layer in self.bert.encoder.layer:
            x = layer(x, image, mask)
        return self.cls.predictions(x)


class Blip(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.vision_model = VisionModel(shape)
        self.text_decoder = TextDecoder(shape)

    def forward(self, pixels, ids):
        return self.text_decoder(ids, self.vision_model(pixels))

    @torch.no_grad()
    def caption(self, pixels, bos, sep, limit=32):
        """Greedy captions: a list of `(ids, mean probability)` without bos and sep.

        The probability is the mean over the generated tokens, sep included.
        """
        image = self.vision_model(pixels)
        ids = torch.full((len(pixels), 1), bos, dtype=torch.long, device=pixels.device)
        steps = []
        while ids.shape[1] < limit:
            best = self.text_decoder(ids, image)[:, -1].float().softmax(-1).max(-1)
            steps.append(best.values)
            ids = torch.cat([ids, best.indices[:, None]], 1)
            if (ids == sep).any(1).all():
                break
        return [self._cut(row, sep) for row in zip(ids[:, 1:].tolist(), torch.stack(steps, 1).tolist())]

    @staticmethod
    def _cut(row, sep):
        ids, probabilities = row
        end = ids.index(sep) if sep in ids else len(ids) - 1
        return ids[:end], sum(probabilities[: end + 1]) / (end + 1)
