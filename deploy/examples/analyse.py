#!/usr/bin/env python3
"""Reads clusters and their users into pandas and tells what distinguishes the clusters. Needs pandas.

Usage: analyse.py [ADDRESS]   (default http://127.0.0.1:5080; API_KEY: the key of the caller, where the service asks for one)
"""
import os
import sys

import pandas as pd

from lookup import Service


def read_clusters(service):
    """Returns one row a cluster."""
    rows = pd.json_normalize(list(service.pages("/clusters")))
    return rows.set_index("id")[["label", "users", "share", "cohesion", "trend.direction"]]


def read_users(service):
    """Returns one row a user of the published clustering."""
    return pd.concat(
        [pd.DataFrame(service.pages(f"/clusters/{cluster['id']}/users")).assign(clusterId=cluster["id"]) for cluster in service.pages("/clusters")],
        ignore_index=True)


def read_lifts(service):
    """Returns the lift of each category in each cluster."""
    rows = [
        {"cluster": cluster["label"], "category": category["name"], "lift": category["lift"]}
        for cluster in service.pages("/clusters") for category in cluster["topCategories"]
    ]
    return pd.DataFrame(rows, columns=["cluster", "category", "lift"]).pivot_table(index="category", columns="cluster", values="lift")


def main():
    service = Service(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5080", os.environ.get("API_KEY"))
    print(read_clusters(service).to_string())
    users = read_users(service)
    print(users.groupby("clusterId")["confidence"].describe()[["count", "mean", "50%"]].to_string())
    print(read_lifts(service).round(1).to_string(na_rep=""))


if __name__ == "__main__":
    try:
        main()
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))
