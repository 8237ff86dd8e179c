"""Loads a file of JSON lines with dlt into PostgreSQL and prints the seconds that it took: FILE URL FORMAT."""
import json
import sys
import time

import dlt

path, url, file_format = sys.argv[1:4]


def households():
    batch = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            batch.append(json.loads(line))
            if len(batch) == 1000:
                yield batch
                batch = []
    if batch:
        yield batch


pipeline = dlt.pipeline(
    "nested_json", destination=dlt.destinations.postgres(url), dataset_name="dlt_bench", dev_mode=False
)
started = time.perf_counter()
pipeline.run(
    households(),
    table_name="households",
    write_disposition="replace",
    **({} if file_format == "default" else {"loader_file_format": file_format}),
)
print(time.perf_counter() - started)
