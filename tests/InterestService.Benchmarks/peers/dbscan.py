import sys

import numpy as np
from sklearn.cluster import DBSCAN

from peer import serve

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
epsilon, minimum = float(sys.argv[3]), int(sys.argv[4])


def work():
    # The fastest of brute, ball_tree and kd_tree for these points.
    return len(DBSCAN(eps=epsilon, min_samples=minimum, algorithm="brute", n_jobs=-1).fit(points).core_sample_indices_)


serve(work)
