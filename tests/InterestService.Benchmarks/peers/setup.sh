#!/bin/sh
# Installs the dependencies of the peers on Debian 12. Without OpenBLAS, scikit-learn is ten times slower and the comparison meaningless.
apt-get install -y --no-install-recommends \
  python3-sklearn python3-torch python3-pandas python3-fastapi python3-psycopg2 uvicorn libopenblas0-pthread \
  r-base-core r-cran-dbscan wrk postgresql-client
