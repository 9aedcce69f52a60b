#!/usr/bin/env python3
"""Uploads events, clusters the users and looks them up, with the standard library alone.

Usage: lookup.py [ADDRESS]   (default http://127.0.0.1:5080; API_KEY: the key of the caller, where the service asks for one)
"""
import gzip
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


class Service:
    def __init__(self, address, key=None):
        self.address = address.rstrip("/")
        self.headers = {"X-API-Key": key} if key else {}

    def call(self, method, path, body=None, **headers):
        """Returns the answer; the message of the error names what the service expected."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, body, {**self.headers, **names}, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                text = response.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def send(self, method, path, value):
        return self.call(method, path, json.dumps(value).encode(), Content_Type="application/json")

    def upload(self, method, path, rows):
        """Uploads rows as NDJSON, compressed."""
        body = gzip.compress("\n".join(json.dumps(row) for row in rows).encode())
        return self.call(method, path, body, Content_Type="application/x-ndjson", Content_Encoding="gzip")

    def cluster(self, **request):
        """Starts a clustering and waits until it is over."""
        clustering = self.send("POST", "/clusterings", request)
        while clustering["state"] in ("queued", "running"):
            time.sleep(1)
            clustering = self.get(f"/clusterings/{clustering['id']}")
        if clustering["state"] != "succeeded":
            raise RuntimeError(f"The clustering {clustering['state']}: {clustering['error']}")
        return clustering

    def pages(self, path):
        """Returns all rows of a list."""
        cursor = {}
        while cursor is not None:
            page = self.get(path, limit=1000, **cursor)
            yield from page["items"]
            cursor = {"cursor": page["nextCursor"]} if page["nextCursor"] else None


def main():
    service = Service(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5080", os.environ.get("API_KEY"))
    user = "example/bo"
    bought = [("sku-00927", "09:15"), ("sku-01188", "09:18"), ("sku-00491", "09:21")]
    rows = [
        {"userId": user, "itemId": item, "eventType": "purchase", "timestamp": f"2025-12-30T{at}:00Z"}
        for item, at in bought
    ]
    print("Upload:", service.upload("POST", "/events", rows))

    clustering = service.cluster(clusters=10, seed=1)
    print(f"Clustering {clustering['id']}: {clustering['clusters']} clusters of {clustering['users']} users")
    for cluster in service.pages("/clusters"):
        print(f"{cluster['id']:>4}  {cluster['users']:>6} users  {cluster['label']}")

    path = "/users/" + urllib.parse.quote(user, safe="")
    cluster = service.get(path + "/cluster")
    print(f"{user} is in cluster {cluster['clusterId']}, {cluster['label']}, with probability {cluster['confidence']:.2f}")
    for interest in service.get(path + "/interests", limit=5)["interests"]:
        print(f"  {interest['dimension']} {interest['name']}: intensity {interest['intensity']:.2f}")
    for item in service.get(path + "/recommendations", limit=5)["items"]:
        print(f"  recommended: {item['title'] or item['itemId']} ({item['because']})")


if __name__ == "__main__":
    try:
        main()
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))
