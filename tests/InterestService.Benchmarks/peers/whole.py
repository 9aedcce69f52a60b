"""A typical implementation: pandas, a dense autoencoder in PyTorch on the most popular items, scikit-learn's K-means."""
import sys

import numpy as np
import pandas as pd
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from peer import serve

path, groups, clusters = sys.argv[1], np.fromfile(sys.argv[2], np.int32), int(sys.argv[3])
ITEMS, EPOCHS, BATCH = 5_000, 10, 256


def work():
    torch.manual_seed(1)
    events = pd.read_csv(path, compression="gzip")
    users = events.user_id.astype("category")
    top = events.item_id.value_counts().index[:ITEMS]
    items = pd.Categorical(events.item_id, categories=top).codes
    known = items >= 0
    dense = np.zeros((len(users.cat.categories), ITEMS), np.float32)
    np.add.at(dense, (users.cat.codes.to_numpy()[known], items[known]), 1)
    matrix = torch.from_numpy(np.log1p(dense))
    encoder = torch.nn.Sequential(torch.nn.Linear(ITEMS, 256), torch.nn.Tanh(), torch.nn.Linear(256, 64))
    decoder = torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Linear(64, 256), torch.nn.Tanh(), torch.nn.Linear(256, ITEMS))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(matrix)).split(BATCH):
            batch = matrix[rows]
            hidden = torch.nn.functional.dropout(torch.nn.functional.normalize(batch), .5)
            loss = -(torch.log_softmax(decoder(encoder(hidden)), 1) * batch).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        vectors = torch.cat([encoder(torch.nn.functional.normalize(batch)) for batch in matrix.split(4096)])
        vectors = torch.nn.functional.normalize(vectors).numpy()
    return adjusted_rand_score(groups, KMeans(clusters, n_init=3, random_state=1).fit_predict(vectors))


serve(work)
