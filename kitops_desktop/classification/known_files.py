"""Names that say what a file is for, by the habits of the tools that write them."""

from __future__ import annotations

import functools
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOKENIZER = re.compile(
    r"(openvino_)?(de)?tokenizer(?!.*\.py$).*|.*bpe.*\.model|special_tokens_map\.json|added_tokens\.json|vocab(ulary)?\.(txt|json|bpe|model)"
    r"|merges\.txt|.*spiece\.model|sentencepiece.*\.model|(source|target|.*spm)\.(spm|model)|bpe\.codes|.+\.bpe"
    r"|tekken\.json|encoder\.json|dict(\..+)?\.txt|normalizer\.json|chat_template\.(jinja|json)"
    r"|.+\.spm|.+\.tiktoken|.+_vocab\.txt|tokenization_\w+\.py"
)
PROCESSOR = re.compile(
    r"(pre|post)?processor_config\.json|(image|video|audio)_processor.*\.json|(video_)?preprocessor_config\.json"
    r"|feature_extractor.*\.json|mel_filters\.npz"
)
CONFIG = re.compile(
    r"config\.json|.+_config\.json|generation_config\.json|model_index\.json|modules\.json|config_.+\.json"
    r"|quant(ize|ization)?_?config\.json|configuration\.json|params\.json|MLmodel|.+\.index\.json"
    r"|label(s|_?map|2id)?\.(txt|json|pbtxt)|class(es|_names|_indices|_labels)?\.(txt|json)|id2label\.json"
    r"|imagenet_classes\.txt|feature(s|_names|_columns)\.(json|txt)|.+\.names|pipeline\.config"
    r"|adapter_config\.json|metadata\.json|meta\.json|hyper_?param(eter)?s\.(json|ya?ml)|thresholds?\.json"
    r"|metrics\.json|all_results\.json|(train|eval|test)_results\.json|model-?card\.json|model(_architecture|_config)?\.json|architecture\.json|config\.pbtxt|signature\.json"
    r"|(python_env|conda)\.yaml|registered_model_meta|input_example\.json|serving_input_example\.json"
)
MODEL_CODE = re.compile(
    r"(configuration|modeling|modelling|tokenization|processing|image_processing)_\w+\.py"
)
"""Code that Transformers loads from beside the weights."""
WEIGHT_ENDINGS = {
    ".safetensors": "safetensors", ".gguf": "GGUF", ".ggml": "GGML", ".ggmf": "GGML", ".llamafile":
    "llamafile",
    ".onnx": "ONNX", ".ort": "ONNX", ".pt": "PyTorch", ".pth": "PyTorch", ".pt2": "PyTorch",
    ".ptl": "PyTorch", ".ckpt": "checkpoint", ".bin": "", ".h5": "HDF5", ".hdf5": "HDF5", ".keras": "Keras",
    ".tflite": "TFLite", ".lite": "TFLite", ".pb": "protobuf", ".msgpack": "msgpack", ".ot": "Rust weights",
    ".pkl": "pickle", ".pickle": "pickle", ".joblib": "joblib", ".sav": "pickle", ".skops": "skops",
    ".ubj": "UBJSON", ".xgb": "XGBoost", ".bst": "XGBoost", ".cbm": "CatBoost", ".caffemodel": "Caffe",
    ".pmml": "PMML", ".coreml": "Core ML", ".mlmodel": "Core ML", ".mar": "TorchServe archive",
    ".nemo": "NeMo", ".engine": "TensorRT", ".plan": "TensorRT", ".trt": "TensorRT", ".weights": "Darknet",
    ".pdparams": "PaddlePaddle", ".pdmodel": "PaddlePaddle", ".pdiparams": "PaddlePaddle",
    ".rknn": "RKNN", ".mnn": "MNN", ".t7": "Torch 7", ".ftz": "fastText", ".mojo": "MOJO", ".tfl": "TFLite",
    ".model": "", ".mlpackage": "Core ML", ".params": "MXNet", ".task": "MediaPipe", ".dduf": "DDUF",
}  # fmt: skip
AMBIGUOUS_ENDINGS = frozenset(
    {
        ".bin",
        ".h5",
        ".hdf5",
        ".pkl",
        ".pickle",
        ".joblib",
        ".sav",
        ".weights",
        ".params",
        ".plan",
        ".pb",
        ".model",
    }
)
"""In a folder of data such files hold data, unless their content says otherwise."""
FRAMEWORK_OF_FORMAT = {
    "GGUF": "llama.cpp", "GGML": "llama.cpp", "llamafile": "llama.cpp", "ONNX": "ONNX", "PyTorch": "PyTorch",
    "Keras": "Keras", "TFLite": "TensorFlow Lite", "XGBoost": "XGBoost",
    "CatBoost": "CatBoost", "Caffe": "Caffe", "Core ML": "Core ML", "NeMo": "NeMo", "TensorRT": "TensorRT",
    "Darknet": "Darknet", "PaddlePaddle": "PaddlePaddle", "fastText": "fastText", "MXNet": "MXNet",
    "TorchServe archive": "PyTorch", "SavedModel": "TensorFlow", "TensorFlow checkpoint": "TensorFlow",
    "OpenVINO": "OpenVINO",
    "spaCy": "spaCy", "Orbax": "JAX", "TensorFlow.js": "TensorFlow.js", "npz": "NumPy", "rds": "R",
    "rda": "R", "rdata": "R", "mat": "MATLAB", "LightGBM": "LightGBM",
    "skops": "scikit-learn",
    "PyTorch zip": "PyTorch", "TorchScript": "PyTorch", "Keras HDF5": "Keras", "Torch 7": "Torch",
}  # fmt: skip
DATA_ENDINGS = _words(
    """
    .parquet .csv .tsv .jsonl .ndjson .arrow .feather .orc .avro .npz .npy .tfrecord .tfrecords .mat
    .sqlite .sqlite3 .db .lmdb .mdb .xlsx .xls .ods .dta .sav .rds .rda .rdata .dcm .nii .fasta .fastq
    .vcf .bam .las .ply .geojson .shp .dbf .shx .prj .gpkg .kml .tar .zip .gz .tgz .bz2 .xz .zst .7z
    .rar .wds .beton .conll .conllu .bson .hdf .nc .grib .tif .tiff .data .edf .wkt .srt .libsvm .svm
    .arff .pcap .faiss .ann .annoy .hnsw .usearch .fa .fna .gff .gtf .bed .sam .rttm .textgrid .testa
    .testb .train .dev .iob .bio .h5ad .loom
    """
)
DRAWING_ENDINGS = frozenset({".svg", ".ico", ".drawio"})
MEDIA_ENDINGS = _words(
    """
    .png .jpg .jpeg .gif .bmp .webp .heic .mp4 .avi .mov .mkv .webm .wav .mp3 .flac .ogg .m4a
    .opus
    """
)
CODE_ENDINGS = _words(
    """
    .py .ipynb .r .rmd .qmd .jl .js .mjs .ts .tsx .jsx .c .cc .cpp .cxx .cu .cuh .h .hpp .java .kt
    .scala .go .rs .rb .php .pl .lua .swift .m .mm .cs .sh .bash .zsh .fish .bat .ps1 .cmd .sql .toml
    .cfg .ini .yml .yaml .lock .mk .cmake .gradle .proto .dockerfile .tf .hcl .jinja .j2 .tmpl .css
    .scss .vue .pyi .pyx .pxd .bazel .nix .prototxt .do .sas .mod .stan .xsd .dvc .conf .properties .gin
    .slurm .sbatch .modelfile .template .example .hbs .qss
    """
)
CODE_NAMES = re.compile(
    r"Makefile|Dockerfile(\..+)?|(docker-)?compose.*\.ya?ml|requirements.*\.(txt|in)|constraints.*\.txt|setup\.(py|cfg)"
    r"|pyproject\.toml|Pipfile(\.lock)?|poetry\.lock|uv\.lock|environment.*\.ya?ml|conda.*\.ya?ml|tox\.ini|Procfile"
    r"|Jenkinsfile|Vagrantfile|Snakefile|Justfile|justfile|Gemfile|Modelfile.*|package(-lock)?\.json|tsconfig.*\.json"
    r"|MANIFEST\.in|CODEOWNERS|runtime\.txt|packages\.txt|apt\.txt|DESCRIPTION|NAMESPACE|renv\.lock|cog\.yaml"
    r"|\.(dockerignore|editorconfig|flake8|pylintrc|pre-commit-config\.yaml|prettierrc|eslintrc.*|dvcignore|python-version"
    r"|gitlab-ci\.yml|travis\.yml|isort\.cfg|readthedocs\.ya?ml|nvmrc|npmignore|clang-format|style\.yapf|bumpversion\.cfg"
    r"|env\.(example|sample|template|dist|defaults?)|lintr|Rbuildignore|project-template|projectile|yarnrc)",
    re.IGNORECASE,
)
DOCS_ENDINGS = _words(
    """
    .md .mdx .rst .adoc .html .htm .pdf .docx .doc .odt .pptx .ppt .odp .tex .bib .org .epub .rtf
    """
)
DOCS_NAMES = re.compile(
    r"((.+[-_.])?licen[cs]es?|readme|copying|notice|changelog|changes|history|authors|contributors|contributing|code_of_conduct"
    r"|security|citation|use_policy|usage_policy|acceptable_use.*|third_party.*|todo|news|install|credits|acknowledg.*|"
    r"maintainers|support|roadmap|thanks|model_?card|data_?card|data_?sheet|eula|terms.*|patents|unlicense|governance)"
    r"([-_.].*)?",
    re.IGNORECASE,
)
README = re.compile(r"readme([-_.].*)?", re.IGNORECASE)
LICENCE = re.compile(r"(.+[-_.])?(licen[cs]e|copying|unlicense)([-_.].*)?", re.IGNORECASE)
PROMPT_NAMES = re.compile(
    r"(AGENTS?|SKILL|CLAUDE|GEMINI|COPILOT|SOUL|PERSONA)\.md|copilot-instructions\.md|llms(-full)?\.txt|\.cursorrules"
    r"|.+\.prompt(\..+)?|.+\.prompty|.+\.instructions\.md|.+\.chatmode\.md|(.+[-_.])?prompts?([-_.].+)?\.(md|txt|ya?ml|json|jinja2?|j2)",
)
SKILL = "SKILL.md"
PROMPT_FOLDERS = frozenset(
    {"prompts", "prompt", "system_prompts", "system-prompts", "skills", ".claude", ".cursor"}
)
DATA_FOLDERS = _words(
    """
    data dataset datasets raw processed interim external corpus corpora train test val valid validation
    dev images labels annotations audio clips jpegimages imagesets recordings wav videos wavs masks
    samples splits features
    """
)
TEST_FOLDERS = frozenset({"tests", "test", "testing", "spec", "specs"})
ICON_FOLDERS = frozenset({"icons", "icon", "resources", "res"})
DATA_TOPS = _words(
    """
    data dataset datasets corpus corpora
    """
)
DOCS_FOLDERS = _words(
    """
    docs doc documentation references reports report figures figs img assets media papers paper
    """
)
CODE_FOLDERS = _words(
    """
    src source lib pkg build scripts script bin tools code notebooks notebook tests test app apps api
    server service utils config configs conf cfg examples example demo demos pipelines pipeline
    experiments deploy deployment docker infra k8s helm charts ci .github .gitlab .circleci
    .devcontainer .dvc workflows training inference evaluation benchmarks benchmark
    """
)
MODEL_FOLDERS = _words(
    """
    model models weights checkpoints checkpoint pretrained trained_models saved_models saved_model
    artifacts
    """
)
MLMODEL = "MLmodel"
MLFLOW_FILES = re.compile(r"requirements\.txt|conda\.yaml|python_env\.yaml|input_example\.json")
"""What MLflow saves beside ``MLmodel``."""
BUNDLE_ENDINGS = {".mlmodelc": "Core ML", ".mlpackage": "Core ML"}
"""Folders with such names are one model as a whole, of this format."""
EVALUATION_FOLDERS = frozenset({"eval", "evaluation", "evaluations", "metrics"})
SETTINGS_FOLDERS = frozenset({"config", "configs", "conf"})
SAVED_MODELS = frozenset({"saved_model.pb", "saved_model.pbtxt"})
SAVED_MODEL_FOLDERS = frozenset({"assets", "assets.extra", "variables"})
MODEL_WORDS = frozenset({"model", "weights", "classifier", "regressor", "checkpoint", "ckpt"})
DATASET_NAMES = re.compile(
    r"dataset_infos?\.json|dataset_dict\.json|croissant\.json|datapackage\.json|dataset-metadata\.json"
)
"""What describes a dataset."""
SPACY = frozenset({"config.cfg", "meta.json"})
SPACY_VOCABULARY = re.compile(r"key2row|vectors|vectors\.cfg|lookups(_extra)?\.bin|strings\.json|tokenizer")
SPACY_RULES = re.compile(r"(.*/)?(attribute_ruler|entity_ruler|span_ruler)/patterns")
ORBAX = frozenset({"_METADATA", "_CHECKPOINT_METADATA", "manifest.ocdbt"})
BUNDLES = SAVED_MODELS | ORBAX | {MLMODEL}
"""A folder that holds one of these is one model as a whole."""
SAVED_MODEL_PARTS = re.compile(r"fingerprint\.pb|keras_metadata\.pb")
NO_DOCS_ENDINGS = (
    CODE_ENDINGS | DATA_ENDINGS | MEDIA_ENDINGS | DRAWING_ENDINGS | WEIGHT_ENDINGS.keys() | {".json", ".xml"}
)
"""``history.csv`` is no history of changes."""


def ending_of(name: str) -> str:
    """The last ending of a name, in small letters, with its dot; "" for a name that only begins with one."""
    stem, _, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem else ""


def stem_of(name: str) -> str:
    """The name without its last ending."""
    stem, _, _ = name.rpartition(".")
    return stem or name


def bundle_above(path: str) -> str:
    """The outermost folder above ``path`` that is one model by its name, "" for none."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        if ending_of(parts[count - 1]) in BUNDLE_ENDINGS:
            return "/".join(parts[:count])
    return ""


def is_named_model(path: str) -> bool:
    """Whether the name, or the folder it is in, says that it is a model."""
    *folders, name = path.lower().split("/")
    words = re.split(r"[-_. ]", stem_of(name))
    return bool(MODEL_FOLDERS & set(folders[-1:])) or bool(MODEL_WORDS & set(words))


def is_among_data(path: str) -> bool:
    """Whether a folder above the path has a name that folders of data have."""
    return any(is_data_folder(part) for part in path.split("/")[:-1])


@functools.lru_cache(maxsize=1 << 12)
def is_data_folder(name: str) -> bool:
    """Whether folders of this name hold data: ``data``, ``train2017``, ``test_images``."""
    lower = name.lower()
    if lower in DATA_FOLDERS or lower.rstrip("0123456789") in DATA_FOLDERS:
        return True
    words = re.split(r"[-_. ]+", lower)
    return bool(DATA_TOPS & set(words)) or words[-1] in ("images", "labels", "annotations")
