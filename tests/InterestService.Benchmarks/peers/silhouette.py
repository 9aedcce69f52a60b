import sys

import numpy as np
from sklearn.metrics import silhouette_score

from peer import serve

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
labels = np.fromfile(sys.argv[3], np.int32)
serve(lambda: silhouette_score(points, labels))
