import sys

import numpy as np
from sklearn.cluster import DBSCAN

from peer import serve

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
epsilon, minimum = float(sys.argv[3]), int(sys.argv[4])


def work():
    # The quicker of its two ways here; both are tried by hand now and then: ball_tree, kd_tree, brute.
    return len(DBSCAN(eps=epsilon, min_samples=minimum, algorithm="brute", n_jobs=-1).fit(points).core_sample_indices_)


serve(work)
