"""What the scripts share: run the work for every line of the input, answer with seconds and a figure of quality."""
import json
import sys
import time


def serve(work):
    for _ in sys.stdin:
        start = time.perf_counter()
        quality = work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "quality": None if quality is None else float(quality)}), flush=True)
