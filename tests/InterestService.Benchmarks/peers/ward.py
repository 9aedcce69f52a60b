import sys

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from peer import serve

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
serve(lambda: (np.bincount(AgglomerativeClustering(20, linkage="ward").fit(points).labels_).astype(float) ** 2).sum())
