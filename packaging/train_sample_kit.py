"""Make the sample ModelKit in resources/sample-kit: simulate the data, train the model, write both.

    python3 packaging/train_sample_kit.py [FOLDER]

Standard library only, and the same numbers on every run: the random generator is seeded and nothing
depends on the clock. The model is a small neural network (4 inputs, 12 hidden, 3 outputs) that tells
from four figures of a vibration measurement whether a ball bearing is healthy or which of its races is
damaged. It is really trained here, by plain stochastic gradient descent, and stored as safetensors.
"""

from __future__ import annotations

import csv
import json
import math
import random
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

FEATURES = ("rms", "kurtosis", "crest_factor", "peak_ratio")
CLASSES = ("healthy", "inner_race", "outer_race")
HIDDEN = 12
EPOCHS = 40
LEARNING_RATE = 0.05
SAMPLES = 256
"""Points of one simulated vibration measurement."""

Row = tuple[list[float], int]
Matrix = list[list[float]]


def simulate(label: int, rng: random.Random) -> list[float]:
    """The features of one measurement: noise, and for a damaged race a train of decaying impacts."""
    signal = [rng.gauss(0.0, 0.5) for _ in range(SAMPLES)]
    if label:
        period = 18 if label == 1 else 29
        strength = rng.uniform(0.9, 2.2)
        for start in range(rng.randrange(period), SAMPLES, period):
            for step in range(min(10, SAMPLES - start)):
                signal[start + step] += strength * math.exp(-step / 3.0) * math.cos(step * 1.9)
    return features_of(signal)


def features_of(signal: Sequence[float]) -> list[float]:
    """Root mean square, kurtosis, crest factor, and how much stronger the inner race's period is."""
    mean = math.fsum(signal) / len(signal)
    centred = [value - mean for value in signal]
    variance = math.fsum(value**2 for value in centred) / len(signal)
    rms = math.sqrt(variance)
    kurtosis = math.fsum(value**4 for value in centred) / len(signal) / variance**2
    crest = max(abs(value) for value in centred) / rms
    ratio = repetition(centred, 18) - repetition(centred, 29)
    return [round(value, 5) for value in (rms, kurtosis, crest, ratio)]


def repetition(signal: Sequence[float], period: int) -> float:
    """How much the signal resembles itself one period later, from -1 to 1."""
    pairs = zip(signal, signal[period:], strict=False)
    return math.fsum(a * b for a, b in pairs) / math.fsum(a * a for a in signal)


def make_rows(count: int, rng: random.Random) -> list[Row]:
    rows = [(simulate(index % len(CLASSES), rng), index % len(CLASSES)) for index in range(count)]
    rng.shuffle(rows)
    return rows


class Network:
    """Two dense layers with tanh between them and softmax at the end."""

    def __init__(self, rng: random.Random) -> None:
        self.mean = [0.0] * len(FEATURES)
        self.scale = [1.0] * len(FEATURES)
        self.w1 = _random_matrix(HIDDEN, len(FEATURES), rng)
        self.b1 = [0.0] * HIDDEN
        self.w2 = _random_matrix(len(CLASSES), HIDDEN, rng)
        self.b2 = [0.0] * len(CLASSES)

    def standardise(self, rows: Sequence[Row]) -> None:
        """Learn mean and scale of each feature from the training rows."""
        for index in range(len(FEATURES)):
            values = [features[index] for features, _ in rows]
            self.mean[index] = math.fsum(values) / len(values)
            variance = math.fsum((value - self.mean[index]) ** 2 for value in values) / len(values)
            self.scale[index] = math.sqrt(variance)

    def forward(self, features: Sequence[float]) -> tuple[list[float], list[float], list[float]]:
        """Standardised inputs, hidden activations, class probabilities."""
        x = [
            (value - mean) / scale for value, mean, scale in zip(features, self.mean, self.scale, strict=True)
        ]
        hidden = [math.tanh(_dot(row, x) + bias) for row, bias in zip(self.w1, self.b1, strict=True)]
        scores = [_dot(row, hidden) + bias for row, bias in zip(self.w2, self.b2, strict=True)]
        exps = [math.exp(score - max(scores)) for score in scores]
        return x, hidden, [value / math.fsum(exps) for value in exps]

    def learn(self, features: Sequence[float], label: int) -> None:
        """One step of gradient descent on one row (cross-entropy loss)."""
        x, hidden, probabilities = self.forward(features)
        delta2 = [p - (index == label) for index, p in enumerate(probabilities)]
        delta1 = [
            (1 - h * h) * math.fsum(d * row[index] for d, row in zip(delta2, self.w2, strict=True))
            for index, h in enumerate(hidden)
        ]
        _descend(self.w2, self.b2, delta2, hidden)
        _descend(self.w1, self.b1, delta1, x)

    def tensors(self) -> dict[str, Matrix | list[float]]:
        return {
            "input.mean": self.mean,
            "input.scale": self.scale,
            "hidden.weight": self.w1,
            "hidden.bias": self.b1,
            "output.weight": self.w2,
            "output.bias": self.b2,
        }


def train(rows: Sequence[Row], rng: random.Random) -> Network:
    network = Network(rng)
    network.standardise(rows)
    order = list(rows)
    for _ in range(EPOCHS):
        rng.shuffle(order)
        for features, label in order:
            network.learn(features, label)
    return network


def accuracy(network: Network, rows: Sequence[Row]) -> float:
    """The share of rows whose most probable class is the right one, from 0 to 1."""
    right = 0
    for features, label in rows:
        probabilities = network.forward(features)[2]
        right += probabilities.index(max(probabilities)) == label
    return right / len(rows)


def safetensors(tensors: dict[str, Matrix | list[float]], metadata: dict[str, str]) -> bytes:
    """The tensors as float32 in the safetensors format: length of the header, JSON header, data."""
    header: dict[str, object] = {"__metadata__": metadata}
    data = b""
    for name, tensor in tensors.items():
        flat = [value for row in tensor for value in (row if isinstance(row, list) else [row])]
        first = tensor[0]
        shape = [len(tensor), len(first)] if isinstance(first, list) else [len(tensor)]
        content = struct.pack(f"<{len(flat)}f", *flat)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*FEATURES, "condition"))
        writer.writerows((*features, CLASSES[label]) for features, label in rows)


def main(folder: Path) -> float:
    """Write data and model below ``folder``; returns the accuracy on the test rows."""
    rng = random.Random(20)
    train_rows, test_rows = make_rows(900, rng), make_rows(300, rng)
    network = train(train_rows, rng)
    reached = accuracy(network, test_rows)
    (folder / "model").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    write_csv(folder / "data" / "train.csv", train_rows)
    write_csv(folder / "data" / "test.csv", test_rows)
    metadata = {"format": "pt", "test_accuracy": f"{reached:.3f}"}
    (folder / "model" / "bearing-faults.safetensors").write_bytes(safetensors(network.tensors(), metadata))
    config = {"inputs": list(FEATURES), "hidden": HIDDEN, "activation": "tanh", "classes": list(CLASSES)}
    (folder / "model" / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return reached


def _random_matrix(rows: int, columns: int, rng: random.Random) -> Matrix:
    return [[rng.gauss(0.0, 1.0 / math.sqrt(columns)) for _ in range(columns)] for _ in range(rows)]


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _descend(weights: Matrix, biases: list[float], deltas: Sequence[float], inputs: Sequence[float]) -> None:
    for row, delta in zip(weights, deltas, strict=True):
        for index, value in enumerate(inputs):
            row[index] -= LEARNING_RATE * delta * value
    for index, delta in enumerate(deltas):
        biases[index] -= LEARNING_RATE * delta


if __name__ == "__main__":
    chosen = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "resources" / "sample-kit"
    )
    sys.stdout.write(f"test accuracy {main(chosen):.3f}\n")
