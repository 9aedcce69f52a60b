"""Runs the work of a script for every line of the input and answers each with the seconds and a quality figure."""
import json
import sys
import time


def serve(work):
    for _ in sys.stdin:
        start = time.perf_counter()
        quality = work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "quality": None if quality is None else float(quality)}), flush=True)
