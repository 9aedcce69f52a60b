"""A typical implementation of the lookup: FastAPI, psycopg2 and a connection pool, on the tables of the service."""
import os
import struct

from fastapi import Depends, FastAPI, Header, HTTPException
from psycopg2.pool import ThreadedConnectionPool

app = FastAPI()
# As many as FastAPI has threads: the pool closes connections above its minimum number.
pool = ThreadedConnectionPool(40, 40, os.environ["DSN"])
QUERY = """
    SELECT a.user_id, c.cluster_id, c.label, a.distance, a.noise, a.clustering_id, a.memberships
    FROM assignments a JOIN publication p ON p.clustering_id = a.clustering_id
        JOIN clusters c ON c.clustering_id = a.clustering_id AND c.number = a.cluster_number
    WHERE a.user_id = %s
"""


def caller(x_api_key: str = Header()):
    if x_api_key != os.environ["API_KEY"]:
        raise HTTPException(401)


@app.get("/users/{user}/cluster", dependencies=[Depends(caller)])
def cluster(user: str):
    connection = pool.getconn()
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUERY, (user,))
            row = cursor.fetchone()
        connection.rollback()
    finally:
        pool.putconn(connection)
    if row is None:
        raise HTTPException(404)
    return {
        "userId": row[0], "clusterId": row[1], "label": row[2], "distance": row[3], "noise": row[4], "clusteringId": str(row[5]),
        "memberships": [{"clusterId": number, "probability": p} for number, p in struct.iter_unpack("<if", row[6])],
    }
