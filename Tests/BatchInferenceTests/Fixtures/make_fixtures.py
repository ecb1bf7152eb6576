#!/usr/bin/env python3
"""Makes the models and data sets of the tests, and what Python's ONNX Runtime answers to them.

Needs: numpy, onnx, onnxruntime, scikit-learn, skl2onnx. Run it in this folder, with
PYTHONHASHSEED=0, since the order of some sets goes into the files.
"""
import csv
import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

random = np.random.default_rng(7)
OPSETS = {"": 15, "ai.onnx.ml": 3}
ROWS, FEATURES = 100, 4
NAMES = ["age", "income", "tenure", "visits"]

table = np.round(random.normal(size=(ROWS, FEATURES)) * [10, 3, 2, 1] + [40, 5, 0, 1], 3)
centred = (table - table.mean(axis=0)) / table.std(axis=0)
noise = random.normal(size=ROWS) * 0.4
label = (centred[:, 0] - centred[:, 1] + noise > 0).astype(np.int64)
word = np.array(["no", "maybe", "yes"])[np.digitize(centred[:, 0] + noise, [-0.5, 0.5])]
price = np.round(centred @ [3, -2, 1, 0.5] + 10 + noise, 4)
colour = np.array(["red", "green", "blue"])[random.integers(0, 3, ROWS)]
X = table.astype(np.float32)


def floats(name, values):
    return numpy_helper.from_array(np.asarray(values, dtype=np.float32), name)


def save(name, model):
    onnx.checker.check_model(model)
    onnx.save(model, f"{name}.onnx")


def sklearn_model(name, fitted, types=None, **options):
    types = types or [("X", FloatTensorType([None, FEATURES]))]
    options = {id(fitted): options} if options else None
    save(name, convert_sklearn(fitted, name, types, target_opset=OPSETS, options=options))


def graph_model(name, nodes, inputs, outputs, weights, opset=15, ir=8):
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    opsets = [helper.make_opsetid("", opset)]
    save(name, helper.make_model(graph, opset_imports=opsets, ir_version=ir))


def tensor(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def main():
    write_table("table.csv")

    mlp = make_pipeline(
        StandardScaler(), MLPClassifier((8,), max_iter=400, random_state=1)
    ).fit(X, label)
    sklearn_model("mlp", mlp, zipmap=False)
    sklearn_model("logistic", LogisticRegression().fit(X, label))
    sklearn_model("tree", DecisionTreeClassifier(max_depth=3, random_state=1).fit(X, label))
    sklearn_model("words", LogisticRegression(max_iter=1000).fit(X, word), zipmap=False)
    sklearn_model("regression", LinearRegression().fit(X, price))
    columns_model()
    gemm_models()
    shared_model()

    outside = onnx.load("single.onnx")
    weight = outside.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="table.csv")
    onnx.save(outside, "outside.onnx")

    with open("mlp.onnx", "rb") as whole, open("truncated.onnx", "wb") as part:
        part.write(whole.read()[:400])

    models = ["mlp", "logistic", "tree", "words", "regression", "columns", "gemm", "shared"]
    expected = {name: answers(name) for name in models}
    for name in ["gemm", "shared"]:
        expected[name]["int8"] = shortened(REFERENCES[name](centred.astype(np.float32)))
    expected["mlp"]["metrics"] = classification_metrics(expected["mlp"])
    expected["regression"]["metrics"] = regression_metrics(expected["regression"])
    with open("expected.json", "w") as file:
        json.dump(expected, file, indent=None, separators=(",", ":"))
        file.write("\n")


def write_table(path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        scaled = [f"z{i}" for i in range(FEATURES)]
        writer.writerow(["id", *NAMES, *scaled, "colour", "label", "word", "price"])
        for i in range(ROWS):
            scaled = [repr(float(v)) for v in centred[i].astype(np.float32)]
            row = [f"c{i:03}", *table[i], *scaled, colour[i], label[i], word[i], price[i]]
            writer.writerow(row)


def columns_model():
    """One input per column, one of them of strings."""
    import pandas

    frame = pandas.DataFrame({"age": X[:, 0], "colour": colour})
    steps = [("scale", StandardScaler(), ["age"]), ("encode", OneHotEncoder(), ["colour"])]
    fitted = make_pipeline(ColumnTransformer(steps), LogisticRegression()).fit(frame, label)
    types = [("age", FloatTensorType([None, 1])), ("colour", StringTensorType([None, 1]))]
    sklearn_model("columns", fitted, types, zipmap=False)


# Weights of models written by hand, for the standardised columns z0…z3.
W1 = random.normal(size=(FEATURES, 6)).astype(np.float32)
W1[:, 2] = 0
W2 = random.normal(size=(3, 6)).astype(np.float32)
B1 = random.normal(size=6).astype(np.float32)
B2 = random.normal(size=3).astype(np.float32)


def gemm_models():
    """Gemm with every attribute: transposed weights, alpha, beta, and transA on the activations."""

    def nodes(last):
        return [
            helper.make_node("Transpose", ["X"], ["columns"], perm=[1, 0]),
            helper.make_node("Gemm", ["columns", "W1", "B1"], ["hidden"], transA=1, beta=0.5),
            helper.make_node("Relu", ["hidden"], ["active"]),
            helper.make_node("Gemm", ["active", "W2", "B2"], ["logits"], transB=1, alpha=0.5),
            helper.make_node(last, ["logits"], ["scores"], **({"axis": 1} if last == "Softmax" else {})),
        ]

    weights = [floats("W1", W1), floats("W2", W2), floats("B1", B1), floats("B2", B2)]
    inputs, outputs = [tensor("X", "N", FEATURES)], [tensor("scores", "N", 3)]
    graph_model("gemm", nodes("Softmax"), inputs, outputs, weights)
    graph_model("logits", nodes("Identity"), inputs, outputs, weights)
    graph_model("old", [helper.make_node("MatMul", ["X", "W1"], ["scores"])], inputs,
                [tensor("scores", "N", 6)], weights[:1], opset=10, ir=5)
    graph_model("single", [helper.make_node("MatMul", ["X", "W1"], ["scores"])],
                [tensor("X", 1, FEATURES)], [tensor("scores", 1, 6)], weights[:1])
    broken = floats("W1", np.where(W1 > 1, np.inf, W1))
    graph_model("infinite", [helper.make_node("MatMul", ["X", "W1"], ["scores"])],
                inputs, [tensor("scores", "N", 6)], [broken])


def shared_model():
    """One weight for two products, read by a subgraph as well; one in a Constant node; names taken."""
    square = (W1[:, :FEATURES] + np.eye(FEATURES)).astype(np.float32)
    then = helper.make_graph(
        [helper.make_node("MatMul", ["first", "W"], ["inner"])], "then", [], [tensor("inner", "N", FEATURES)])
    other = helper.make_graph(
        [helper.make_node("Identity", ["first"], ["same"])], "else", [], [tensor("same", "N", FEATURES)])
    constant = helper.make_node("Constant", [], ["V"], value=floats("V", W1[:, :1]))
    nodes = [
        constant,
        helper.make_node("MatMul", ["X", "W"], ["first"]),
        helper.make_node("If", ["condition"], ["chosen"], then_branch=then, else_branch=other),
        helper.make_node("MatMul", ["first", "W"], ["second"]),
        helper.make_node("Identity", ["second"], ["second_sums"]),
        helper.make_node("Add", ["chosen", "second_sums"], ["both"]),
        helper.make_node("MatMul", ["both", "V"], ["Y"]),
    ]
    condition = numpy_helper.from_array(np.array(False), "condition")
    graph_model("shared", nodes, [tensor("X", "N", FEATURES)], [tensor("Y", "N", 1)],
                [floats("W", square), condition])
    global SQUARE
    SQUARE = square


def int8_product(a, w):
    """What DynamicQuantizeLinear and MatMulInteger are specified to give, in numpy."""
    low, high = min(0, a.min()), max(0, a.max())
    scale = np.float32((high - low) / 255)
    zero = np.clip(np.rint(-low / scale), 0, 255)
    quantized = np.clip(np.rint(a / scale) + zero, 0, 255) - zero
    largest = np.abs(w).max(axis=0)
    scales = np.where(largest == 0, 1, largest / 127).astype(np.float32)
    return quantized @ np.rint(w / scales) * scale * scales


def gemm_int8(x):
    hidden = np.maximum(int8_product(x, W1) + 0.5 * B1, 0)
    logits = int8_product(hidden, W2.T) * 0.5 + B2
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def shared_int8(x):
    first = int8_product(x, SQUARE)
    return int8_product(first + int8_product(first, SQUARE), W1[:, :1])


REFERENCES = {"gemm": gemm_int8, "shared": shared_int8}


def answers(name):
    session = onnxruntime.InferenceSession(f"{name}.onnx", providers=["CPUExecutionProvider"])
    if name == "columns":
        feeds = {"age": X[:, :1], "colour": colour.astype(object)[:, None]}
    else:
        feeds = {"X": centred.astype(np.float32) if name in REFERENCES else X}
    results = session.run(None, feeds)
    if len(results) == 1:
        return {"scores": shortened(results[0])}
    labels, scores = results
    if isinstance(scores, list):
        scores = np.array([[row[key] for key in sorted(row)] for row in scores])
    return {"labels": labels.tolist(), "scores": shortened(scores)}


def classification_metrics(answer):
    predicted, scores = answer["labels"], np.array(answer["scores"])[:, 1]
    return {
        "accuracy": metrics.accuracy_score(label, predicted),
        "precision": metrics.precision_score(label, predicted),
        "recall": metrics.recall_score(label, predicted),
        "f1": metrics.f1_score(label, predicted),
        "auc": metrics.roc_auc_score(label, scores),
    }


def regression_metrics(answer):
    predicted = np.array(answer["scores"])[:, 0]
    return {
        "mae": metrics.mean_absolute_error(price, predicted),
        "rmse": metrics.root_mean_squared_error(price, predicted),
        "r2": metrics.r2_score(price, predicted),
    }


def shortened(values):
    return np.round(np.asarray(values, dtype=np.float64), 6).tolist()


if __name__ == "__main__":
    main()
