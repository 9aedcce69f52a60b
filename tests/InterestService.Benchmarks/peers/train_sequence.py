"""Typical networks of the sequence encoders in PyTorch: next item at every position, full or sampled softmax; bfloat16 by autocast on a GPU."""
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import histories
from peer import serve

folder, ITEMS, EPOCHS, kind, device = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], torch.device(sys.argv[5])
if device.type == "cuda" and not torch.cuda.is_available():
    sys.exit("This PyTorch has no CUDA device: set PEER_PYTHON to a Python whose PyTorch has one.")
offsets, items, gaps = histories.read(folder)
buckets = np.where(gaps < 0, 0, np.minimum(1 + np.log2(1 + np.maximum(gaps, 0) // 1000).astype(np.int64), 32))
DIMENSIONS, LENGTH, POSITIONS, DROPOUT, CANDIDATES = 64, 100, 1600, .3, 4096


class Layer(nn.Module):
    """Two causal convolutions of width 3 (NextItNet)."""

    def __init__(self, dilation):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(DIMENSIONS) for _ in range(2))
        self.convolutions = nn.ModuleList(nn.Conv1d(DIMENSIONS, DIMENSIONS, 3, dilation=dilation * (i + 1)) for i in range(2))
        self.dilation = dilation

    def forward(self, x):
        out = x
        for i in range(2):
            shifted = F.pad(F.relu(self.norms[i](out)).transpose(1, 2), (2 * self.dilation * (i + 1), 0))
            out = self.convolutions[i](shifted).transpose(1, 2)
        return x + F.dropout(out, DROPOUT)


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(DIMENSIONS)
        if kind == "transformer":
            self.positions = nn.Parameter(torch.zeros(LENGTH, DIMENSIONS))
            layer = nn.TransformerEncoderLayer(DIMENSIONS, 2, 2 * DIMENSIONS, DROPOUT, "gelu", batch_first=True, norm_first=True)
            self.layers = nn.TransformerEncoder(layer, 2)
        elif kind == "rnn":
            self.layers = nn.GRU(DIMENSIONS, DIMENSIONS, batch_first=True)
        else:
            self.layers = nn.Sequential(Layer(1), Layer(4))

    def forward(self, x):
        if kind == "transformer":
            width = x.shape[1]
            mask = torch.triu(torch.full((width, width), float("-inf"), device=device), 1)
            return self.norm(self.layers(x + self.positions[:width], mask))
        if kind == "rnn":
            return self.norm(F.dropout(self.layers(x)[0], DROPOUT))
        return self.norm(self.layers(x))


def windows():
    for user in range(len(offsets) - 1):
        for end in range(offsets[user + 1], offsets[user], -LENGTH):
            start = max(offsets[user], end - LENGTH)
            last = min(end, offsets[user + 1] - 1)  # the position of the last target
            if last > start:
                yield start, end, last


def work():
    torch.manual_seed(1)
    embedding, types, times = (nn.Embedding(count, DIMENSIONS, device=device) for count in (ITEMS, 2, 33))
    bias = nn.Parameter(torch.zeros(ITEMS, device=device))
    for e in (embedding, types, times):
        nn.init.normal_(e.weight, std=.02)
    body = Body().to(device)
    optimizer = torch.optim.Adam([*embedding.parameters(), *types.parameters(), *times.parameters(), bias, *body.parameters()], 5e-3)
    generator = np.random.default_rng(1)
    all_windows = sorted(windows(), key=lambda w: w[1] - w[0])
    batches = [[]]
    for w in all_windows:
        if batches[-1] and (len(batches[-1]) + 1) * (w[1] - w[0]) > POSITIONS:
            batches.append([])
        batches[-1].append(w)
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = histories.rate(5e-3, epoch, EPOCHS)
        total = count = 0
        for b in generator.permutation(len(batches)):
            batch = batches[b]
            width = max(end - start for start, end, _ in batch)
            i, g = np.zeros((len(batch), width), np.int64), np.zeros((len(batch), width), np.int64)
            cells, targets = [], []
            for row, (start, end, last) in enumerate(batch):
                i[row, :end - start], g[row, :end - start] = items[start:end], buckets[start:end]
                cells.append(row * width + np.arange(last - start))
                targets.append(items[start + 1:last + 1])
            cells, targets = torch.from_numpy(np.concatenate(cells)).to(device), torch.from_numpy(np.concatenate(targets))
            i, g = torch.from_numpy(i).to(device), torch.from_numpy(g).to(device)
            with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
                states = body(F.dropout(embedding(i) * DIMENSIONS ** .5 + types(torch.ones_like(i)) + times(g), DROPOUT))
                states = states.flatten(0, 1)[cells]
                loss = sampled_loss(states, targets, embedding.weight, bias, generator)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, count = total + len(targets) * loss.item(), count + len(targets)
    return total / count


def sampled_loss(states, targets, weight, bias, generator):
    """Computes the loss over all items, or over the targets and a weighted uniform sample of the other items."""
    if ITEMS <= CANDIDATES:
        return F.cross_entropy(F.linear(states, weight, bias), targets.to(device))
    own, place = torch.unique(targets, return_inverse=True)
    others = np.setdiff1d(np.arange(ITEMS), own.numpy(), assume_unique=True)
    drawn = torch.from_numpy(generator.choice(others, CANDIDATES - len(own), replace=False))
    candidates = torch.cat([own, drawn]).to(device)
    stands_for = torch.zeros(len(candidates), device=device)
    stands_for[len(own):] = np.log(len(others) / len(drawn))
    return F.cross_entropy(F.linear(states, weight[candidates], bias[candidates] + stands_for), place.to(device))


serve(work)
