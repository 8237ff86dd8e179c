"""Loads a file of JSON lines or CSV with dlt into PostgreSQL and prints the seconds that it took: FILE URL FORMAT."""
import csv
import itertools
import json
import sys
import time

import dlt

path, url, file_format = sys.argv[1:4]


def records():
    with open(path, encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines) if path.endswith(".csv") else map(json.loads, lines)
        while batch := list(itertools.islice(rows, 1000)):
            yield batch


pipeline = dlt.pipeline(
    "bench", destination=dlt.destinations.postgres(url), dataset_name="dlt_bench", dev_mode=False
)
started = time.perf_counter()
pipeline.run(
    records(),
    table_name="records",
    write_disposition="replace",
    **({} if file_format == "default" else {"loader_file_format": file_format}),
)
print(time.perf_counter() - started)
