"""What one writes by hand: read a CSV, run the model batch by batch, write the predictions.

    plain_loop.py MODEL CSV BATCH OUTPUT FEATURE…
"""

import csv
import sys

import numpy
import onnxruntime


def main(model, data, size, output, features):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    with open(data, newline="") as source, open(output, "w", newline="") as target:
        rows, predictions = csv.reader(source), csv.writer(target)
        header = next(rows)
        columns = [header.index(feature) for feature in features]
        case = header.index("case")
        predictions.writerow(["case", "prediction"])
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                predict(session, name, batch, columns, case, predictions)
                batch = []
        if batch:
            predict(session, name, batch, columns, case, predictions)


def predict(session, name, batch, columns, case, predictions):
    values = numpy.array([[row[column] for column in columns] for row in batch], dtype=numpy.float32)
    labels = session.run(None, {name: values})[0]
    predictions.writerows([row[case], label] for row, label in zip(batch, labels))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:])
