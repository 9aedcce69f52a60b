"""A typical autoencoder in PyTorch: embedding bag, dense softmax over the catalogue, dense targets."""
import sys

import numpy as np
import torch
from torch import nn

import histories
from peer import serve

folder, ITEMS, EPOCHS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
offsets, items, _ = histories.read(folder)
DIMENSIONS, BATCH, DROPOUT, LONG, SHORT = 64, 128, .5, 40, 3


def history(start, end):
    """Returns the distinct items in the order of their first event, weighted by the logarithm of their count."""
    different, first, counts = np.unique(items[start:end], return_index=True, return_counts=True)
    order = np.argsort(first)
    return different[order], np.log1p(counts[order]).astype(np.float32)


def examples(all_histories, generator):
    for own, weights in all_histories:
        count = len(own)
        for _ in range(2):
            yield own, weights, count, 0, count, LONG
        for _ in range(0, count if count > 1 else 0, 16):
            cut = generator.integers(1, count)
            yield own, weights, cut, cut, min(cut + 3, count), SHORT


def work():
    torch.manual_seed(1)
    generator = np.random.default_rng(1)
    all_histories = [history(start, end) for start, end in zip(offsets[:-1], offsets[1:])]
    users = np.bincount(np.concatenate([own for own, _ in all_histories]), minlength=ITEMS)
    bag, output = nn.EmbeddingBag(ITEMS, DIMENSIONS, mode="sum"), nn.Linear(DIMENSIONS, ITEMS)
    for weight in (bag.weight, output.weight):
        nn.init.normal_(weight, std=(2 / (ITEMS + DIMENSIONS)) ** .5)
    with torch.no_grad():
        output.bias.copy_(torch.from_numpy(np.log((users + .5) / users.sum()).astype(np.float32)))
    optimizer = torch.optim.Adam([*bag.parameters(), *output.parameters()], 1e-2)
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = histories.rate(1e-2, epoch, EPOCHS)
        drawn = list(examples(all_histories, generator))
        order = generator.permutation(len(drawn))
        total = 0
        for begin in range(0, len(order), BATCH):
            rows = order[begin:begin + BATCH]
            indexes, weights, starts, at = [], [], [], 0
            targets = torch.zeros(len(rows), ITEMS)
            for row, example in enumerate(rows):
                own, own_weights, seen, first, last, half_life = drawn[example]
                earliest = max(0, seen - 10 * half_life)
                kept = generator.random(seen - earliest) >= DROPOUT
                kept[generator.integers(seen - earliest)] = True
                w = (own_weights[earliest:seen] * .5 ** (np.arange(seen - earliest)[::-1] / half_life))[kept]
                indexes.append(own[earliest:seen][kept])
                weights.append(w / np.sqrt((w * w).sum()))
                starts.append(at)
                at += len(w)
                targets[row, torch.from_numpy(own[first:last])] = torch.from_numpy(own_weights[first:last] / own_weights[first:last].sum())
            vectors = bag(torch.from_numpy(np.concatenate(indexes)), torch.tensor(starts), per_sample_weights=torch.from_numpy(np.concatenate(weights).astype(np.float32)))
            loss = -(torch.log_softmax(output(vectors), 1) * targets).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += len(rows) * loss.item()
    return total / len(order)


serve(work)
