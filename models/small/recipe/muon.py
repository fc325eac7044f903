"""The optimiser: Muon for the matrices inside the network, AdamW for everything else.

Muon (Keller Jordan, 2024) makes each matrix's momentum orthogonal by five
Newton-Schulz steps before it is applied, so that all directions learn at the
same pace. Matrices of one shape are treated together; the fused qkv counts as
three.
"""

import torch


def orthogonal(matrices, steps=5):
    """`[n, rows, columns]`, about orthogonal: singular values between 0.7 and 1.2."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.bfloat16()
    flip = x.shape[1] > x.shape[2]
    if flip:
        x = x.transpose(1, 2)
    x = x / (x.float().norm(dim=(1, 2), keepdim=True).to(x.dtype) + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return (x.transpose(1, 2) if flip else x).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, pool, lr=0.02, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))
        self.pool = pool

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for parameter in group["params"]:
                shapes.setdefault(tuple(parameter.shape), []).append(parameter)
            for done in [self.pool.submit(self._update, group, *entry) for entry in shapes.items()]:
                done.result()

    @torch.no_grad()
    def _update(self, group, shape, parameters):
        rows, columns = shape
        pieces = rows // columns if rows == 3 * columns else 1
        ahead = []
        for parameter in parameters:
            state = self.state[parameter]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(parameter)
            state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
            ahead.append(parameter.grad.lerp(state["momentum"], group["momentum"]))
        stacked = torch.stack(ahead).reshape(len(ahead) * pieces, rows // pieces, columns)
        updates = orthogonal(stacked).reshape(len(ahead), rows, columns)
        scale = max(1.0, rows / pieces / columns) ** 0.5
        for parameter, update in zip(parameters, updates):
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.add_(update, alpha=-group["lr"] * scale)


def optimisers(named, rate, pool):
    """`(Muon, AdamW)` for the model's named parameters; `rate` scales both, `pool` runs Muon's shapes side by side."""
    inner, other = [], []
    for name, parameter in named:
        hidden = parameter.ndim == 2 and "embedding" not in name and "decoder.weight" not in name and "auxiliary" not in name
        (inner if hidden else other).append(parameter)
    return [
        Muon(inner, pool, lr=0.02 * rate),
        torch.optim.AdamW(other, lr=1.5e-3 * rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]
