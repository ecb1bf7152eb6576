#!/usr/bin/env python3
"""Remakes the example 'tumour': the data files and three versions of a model, from scikit-learn's data set.

    make.py            writes everything anew beside this script
    make.py --check    writes nothing; fails unless the models give the figures in their metrics.json

Needs what scripts/setup --examples installs. Seeds are fixed: the same processor and the same
packages give the same bytes.
"""

import csv
import json
import sys
import warnings
from math import sqrt
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from cards import CARDS

HERE = Path(__file__).resolve().parent
IDENTIFIER, LABEL, POSITIVE = "case", "diagnosis", "malignant"
SPLIT_SEED = 1
HELD_OUT = 140  # rows each in test.csv and batch.csv
MALIGNANT_KEPT = 20  # by version 2, out of all in train.csv

# version → (hidden layers, most training iterations, weight decay, seed)
NETWORKS = {
    1: ((8,), 40, 1e-4, 1),
    2: ((32, 16), 300, 1e-2, 2),
    3: ((64, 32), 400, 1.0, 3),
}
GATES = {
    1: {"accuracy": 0.9},
    2: {"accuracy": 0.9},
    3: {"accuracy": 0.9, "recall": 0.9},
}


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit("usage: make.py [--check]")
    if not arguments:
        write_data()
        for version in NETWORKS:
            make_version(version)
    for version in NETWORKS:
        check_version(version)


def write_data():
    data = load_breast_cancer()
    columns = [name.replace(" ", "_") for name in data.feature_names]
    labels = [str(data.target_names[target]) for target in data.target]
    train, rest = train_test_split(
        np.arange(len(labels)), test_size=2 * HELD_OUT, stratify=labels, random_state=SPLIT_SEED
    )
    test, batch = train_test_split(
        rest, test_size=HELD_OUT, stratify=[labels[i] for i in rest], random_state=SPLIT_SEED
    )
    for name, rows in (("train", train), ("test", test), ("batch", batch)):
        with open(HERE / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([IDENTIFIER, *columns, LABEL])
            for i in sorted(rows):
                writer.writerow([f"c{i + 1:03}", *(f"{v:.12g}" for v in data.data[i]), labels[i]])


def read_data(name):
    with open(HERE / f"{name}.csv", newline="") as file:
        header, *rows = csv.reader(file)
    values = np.array([row[1:-1] for row in rows], dtype=np.float32)
    return header[1:-1], values, np.array([row[-1] for row in rows])


def make_version(version):
    features, values, labels = read_data("train")
    if version == 2:
        kept = np.flatnonzero(labels == POSITIVE)[:MALIGNANT_KEPT]
        rows = np.sort(np.concatenate([np.flatnonzero(labels != POSITIVE), kept]))
        values, labels = values[rows], labels[rows]
    model = train(version, values, labels)
    folder = HERE / f"v{version}"
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(export(model, version, len(features)))
    check_export(model, folder)
    metrics = evaluate(folder)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    (folder / "CARD.md").write_text(card(version, metrics, labels))
    (folder / "parameters.yaml").write_text(parameters(version, features))


def train(version, values, labels):
    layers, iterations, decay, seed = NETWORKS[version]
    network = MLPClassifier(layers, max_iter=iterations, alpha=decay, random_state=seed)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")  # version 1 stops before it has converged
        return make_pipeline(StandardScaler(), network).fit(values, labels)


def export(model, version, width):
    onnx = to_onnx(
        model,
        initial_types=[("features", FloatTensorType([None, width]))],
        options={"zipmap": False},
        target_opset={"": 17, "ai.onnx.ml": 3},
        name="tumour",
    )
    onnx.model_version = version
    return onnx.SerializeToString(deterministic=True)


def predict(folder, values):
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    labels, probabilities = session.run(None, {"features": values})
    return labels, probabilities[:, 1]  # classes in alphabetical order: benign, malignant


def check_export(model, folder):
    for name in ("test", "batch"):
        values = read_data(name)[1]
        if list(predict(folder, values)[0]) != list(model.predict(values)):
            sys.exit(f"{folder.name}: the exported model decides otherwise than scikit-learn's on {name}.csv")


def evaluate(folder):
    _, values, labels = read_data("test")
    predictions, scores = predict(folder, values)
    n = len(labels)
    accuracy = float((predictions == labels).mean())
    low, high = wilson(accuracy, n)
    figures = {
        "precision": precision_score(labels, predictions, pos_label=POSITIVE),
        "recall": recall_score(labels, predictions, pos_label=POSITIVE),
        "f1": f1_score(labels, predictions, pos_label=POSITIVE),
        "auc": roc_auc_score(labels == POSITIVE, scores),
    }
    metrics = {"accuracy": {"value": accuracy, "n": n, "low": low, "high": high}}
    metrics |= {name: {"value": float(value), "n": n} for name, value in figures.items()}
    return {
        name: {key: round(number, 6) for key, number in figure.items()}
        for name, figure in metrics.items()
    }


def wilson(share, n, z=1.959964):
    """The 95 % Wilson interval of a share of n."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def card(version, metrics, labels):
    rows = [
        f"| {name} | {figure['value']:.3f} |"
        + (f" {figure['low']:.3f} to {figure['high']:.3f} |" if "low" in figure else " |")
        for name, figure in metrics.items()
    ]
    return CARDS[version].format(
        table="\n".join(["| metric | value | 95 % interval |", "|---|---|---|", *rows]),
        n=metrics["accuracy"]["n"],
        rows=len(labels),
        malignant=int((labels == POSITIVE).sum()),
    )


def parameters(version, features):
    lines = ["inference:", "  input: batch.csv", "  format: csv", "  features:"]
    lines += [f"    - {feature}" for feature in features]
    lines += [f"  label: {LABEL}", f"  id: {IDENTIFIER}", f"  positiveClass: {POSITIVE}"]
    lines += ["  quantization: int8", "  batchSize: 256", "  threads: 1", "gates:"]
    for metric, minimum in GATES[version].items():
        lines += [f"  {metric}:", f"    min: {minimum}"]
    return "\n".join(lines) + "\n"


def check_version(version):
    folder = HERE / f"v{version}"
    written = json.loads((folder / "metrics.json").read_text())
    found = evaluate(folder)
    if found != written:
        sys.exit(f"{folder.name}: the model gives {found}, but metrics.json says {written}")
    print(f"{folder.name}: " + ", ".join(f"{name} {figure['value']:.3f}" for name, figure in found.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
