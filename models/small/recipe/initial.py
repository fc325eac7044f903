"""A head start for the weights.

* Patch embedding: the principal components of drawn patches, whitened, so that
  every direction of the input arrives with the same strength.
* Position embedding: sines and cosines of row and column, so that near patches
  look alike to attention from the first step.
* Query and key: nearly the same map, so that attention begins local.
* Branches' last layers small, so that every layer begins near the identity.
"""

import math

import torch

from vision_tower import patchify


@torch.no_grad()
def initialise(model, pixels):
    """`pixels` are normalised pictures `[n, 3, side, side]` of the kind that training draws."""
    torch.manual_seed(0)
    shape = model.shape
    for name, parameter in model.named_parameters():
        if parameter.ndim == 2 and "embedding" not in name:
            torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5 * 0.7)
        elif name.endswith("bias"):
            parameter.zero_()
    for table in (model.text_decoder.bert.embeddings.word_embeddings, model.text_decoder.bert.embeddings.position_embeddings):
        torch.nn.init.normal_(table.weight, std=0.3)
    torch.nn.init.normal_(model.text_decoder.cls.predictions.decoder.weight, std=0.02)
    whiten(model.vision_model.embeddings.patch_embedding, pixels, shape.patch_size)
    model.vision_model.embeddings.position_embedding.copy_(positions(shape.grid, shape.vision_width))
    for layer in model.vision_model.encoder.layers:
        width = shape.vision_width
        query, key, _ = layer.self_attn.qkv.weight.chunk(3)
        key.copy_(0.7 * query + 0.7 * key)
        layer.self_attn.projection.weight.mul_(0.3)
        layer.mlp.fc2.weight.mul_(0.3)


def whiten(convolution, pixels, patch):
    """Sets the convolution to the leading principal components, each with deviation 0.7."""
    patches = patchify(pixels, patch).flatten(0, 1)
    mean = patches.mean(0)
    covariance = (patches - mean).T @ (patches - mean) / len(patches)
    values, vectors = torch.linalg.eigh(covariance)
    width = convolution.weight.shape[0]
    values, vectors = values.flip(0)[:width], vectors.flip(1)[:, :width]
    weight = (vectors / (values + values.sum() * 1e-4).sqrt()).T * 0.7
    convolution.weight.copy_(weight.reshape(convolution.weight.shape))
    convolution.bias.copy_(-weight @ mean)


def positions(grid, width):
    """`[1, 1 + grid * grid, width]`, zero for the class token."""
    quarter = width // 4
    rates = torch.exp(-torch.arange(quarter) / quarter * math.log(30.0)) * 1.5
    angles = torch.arange(grid)[:, None] * rates
    line = torch.cat([angles.sin(), angles.cos()], 1)
    rows = line[:, None].expand(grid, grid, -1)
    columns = line[None, :].expand(grid, grid, -1)
    table = torch.cat([rows, columns], 2).reshape(grid * grid, width) * 0.5
    return torch.cat([torch.zeros(1, width), table])[None]
