"""Tell the condition of ball bearings from vibration features, with the model in this kit.

    python3 predict.py                     how often the model is right on data/test.csv
    python3 predict.py RMS KURTOSIS CREST_FACTOR PEAK_RATIO

Python 3.8 or newer, standard library only.
"""

import csv
import json
import math
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def load_tensors(path):
    """Read a safetensors file of float32 tensors: {name: (shape, flat list)}."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = (entry["shape"], struct.unpack(f"<{(end - start) // 4}f", content[start:end]))
    return tensors


def dense(inputs, weight, bias):
    (rows, columns), values = weight
    return [
        sum(values[row * columns + column] * inputs[column] for column in range(columns)) + bias[1][row]
        for row in range(rows)
    ]


def predict(tensors, features):
    """The probability of each class, in the order of config.json."""
    means, scales = tensors["input.mean"][1], tensors["input.scale"][1]
    x = [(value - mean) / scale for value, mean, scale in zip(features, means, scales)]
    hidden = [math.tanh(value) for value in dense(x, tensors["hidden.weight"], tensors["hidden.bias"])]
    scores = dense(hidden, tensors["output.weight"], tensors["output.bias"])
    exps = [math.exp(score - max(scores)) for score in scores]
    return [value / sum(exps) for value in exps]


def main(arguments):
    tensors = load_tensors(HERE / "model" / "bearing-faults.safetensors")
    classes = json.loads((HERE / "model" / "config.json").read_text(encoding="utf-8"))["classes"]
    if arguments:
        for name, probability in zip(classes, predict(tensors, [float(value) for value in arguments])):
            print(f"{name:12} {probability:.3f}")
        return
    with open(HERE / "data" / "test.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    right = 0
    for *features, condition in rows:
        probabilities = predict(tensors, [float(value) for value in features])
        right += classes[probabilities.index(max(probabilities))] == condition
    print(f"{right} of {len(rows)} right ({right / len(rows):.1%})")


if __name__ == "__main__":
    main(sys.argv[1:])
