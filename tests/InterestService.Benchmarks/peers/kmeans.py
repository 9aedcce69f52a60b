import sys

import numpy as np
from sklearn.cluster import KMeans

from peer import serve

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
clusters, algorithm = int(sys.argv[3]), sys.argv[4]
start = points[:clusters].copy()
serve(lambda: KMeans(clusters, init=start, n_init=1, max_iter=int(sys.argv[5]), algorithm=algorithm).fit(points).inertia_)
