"""Which functions and classes a pickle may name without giving cause for worry.

What is on no list is reported as unknown: that is a question to whoever made the file, not a verdict.
"""

from __future__ import annotations

_PANDAS = frozenset(
    {"DataFrame", "Series", "Index", "RangeIndex", "MultiIndex", "CategoricalIndex", "DatetimeIndex",
     "Categorical", "CategoricalDtype", "DatetimeTZDtype", "StringDtype", "DatetimeArray", "StringArray",
     "ArrowStringArray", "BlockManager", "SingleBlockManager", "_new_Index", "_new_DatetimeIndex"}
)  # fmt: skip
_KNOWN: dict[str, frozenset[str]] = {
    "collections": frozenset({"OrderedDict", "defaultdict", "Counter", "deque"}),
    "builtins": frozenset(
        {"set", "frozenset", "dict", "list", "tuple", "complex", "bytearray", "bytes", "slice", "range",
         "object", "int", "float", "bool", "str"}
    ),
    "copyreg": frozenset({"_reconstructor", "__newobj__"}),
    "_codecs": frozenset({"encode"}),
    "datetime": frozenset({"datetime", "date", "time", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "fractions": frozenset({"Fraction"}),
    "uuid": frozenset({"UUID"}),
    "pathlib": frozenset({"PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"}),
    "numpy": frozenset(
        {"ndarray", "dtype", "bool_", "str_", "bytes_", "datetime64", "timedelta64", "complex64",
         "complex128",
         *(f"{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64))}
    ),
    "numpy.random._pickle": frozenset({"__randomstate_ctor", "__generator_ctor", "__bit_generator_ctor"}),
    "numpy.random._mt19937": frozenset({"MT19937"}),
    "numpy.random._pcg64": frozenset({"PCG64", "PCG64DXSM"}),
    "numpy.random.bit_generator": frozenset({"SeedSequence", "__pyx_unpickle_SeedSequence"}),
    "pandas": _PANDAS,
    "pandas.arrays": _PANDAS,
    **{f"pandas.core.{place}": _PANDAS for place in (
        "frame", "series", "indexes.base", "indexes.range", "indexes.multi", "indexes.category",
        "indexes.datetimes", "dtypes.dtypes", "arrays.categorical", "arrays.datetimes", "arrays.string_",
        "arrays.string_arrow", "internals.managers",
    )},
    "pandas._libs.internals": frozenset({"_unpickle_block"}),
    "pandas._libs.arrays": frozenset({"__pyx_unpickle_NDArrayBacked"}),
    "torch": frozenset(
        {"Size", "device", "Tensor", "dtype", "float16", "float32", "float64", "bfloat16", "int8", "int16",
         "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "complex32", "complex64",
         "complex128", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz",
         "float8_e8m0fnu", "float4_e2m1fn_x2", "qint8", "quint8", "qint32", "per_tensor_affine",
         "per_channel_affine",
         *(f"{name}Storage" for name in ("Float", "Half", "BFloat16", "Double", "Long", "Int", "Short",
                                         "Char", "Byte", "Bool", "ComplexFloat", "ComplexDouble", "QInt8",
                                         "QUInt8", "QInt32"))}
    ),
    "torch.storage": frozenset({"UntypedStorage", "TypedStorage"}),
    "torch._utils": frozenset(
        {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
         "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor",
         "_rebuild_meta_tensor_no_storage"}
    ),
    "torch._tensor": frozenset({"_rebuild_from_type_v2"}),
    "torch.nn.parameter": frozenset({"Parameter", "Buffer"}),
    "torch.serialization": frozenset({"_get_layout"}),
    "torch.jit._pickle": frozenset(
        {"build_intlist", "build_tensorlist", "build_doublelist", "build_boollist", "restore_type_tag"}
    ),
    "transformers.training_args": frozenset({"TrainingArguments", "OptimizerNames", "ParallelMode"}),
    "transformers.trainer_utils": frozenset(
        {"IntervalStrategy", "SchedulerType", "HubStrategy", "SaveStrategy"}
    ),
    "joblib.numpy_pickle": frozenset({"NumpyArrayWrapper"}),
}  # fmt: skip
_OF_ARRAYS = frozenset({"_reconstruct", "scalar", "_frombuffer"})
_ARRAY_MODULES = frozenset(
    {"numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric"}
)
_CLASSES_OF = ("sklearn.", "scipy.sparse.", "xgboost.", "lightgbm.", "catboost.", "torch.nn.modules.",
               "torch.optim.")  # fmt: skip
"""Packages whose classes are what such files are made of: a name with a capital, without dots."""
_EMPTY_OBJECT = "newObj"
"""What scikit-learn's compiled classes begin as."""

_DANGEROUS = frozenset(
    {"os", "posix", "nt", "subprocess", "sys", "shutil", "socket", "importlib", "runpy", "pty", "ctypes",
     "webbrowser", "urllib", "requests", "httpx", "http", "ftplib", "smtplib", "asyncio", "multiprocessing",
     "threading", "_thread", "code", "codeop", "marshal", "pickle", "_pickle", "dill", "cloudpickle", "pip",
     "pdb", "bdb", "timeit", "cProfile", "profile", "tempfile", "signal", "types", "inspect", "functools",
     "operator", "_operator", "io", "_io", "builtins", "__builtin__", "commands", "platform", "site",
     "urllib2", "httplib", "cPickle",
     "venv", "ensurepip", "idlelib", "distutils", "setuptools", "doctest", "trace", "aiohttp"}
)  # fmt: skip
"""Modules that can run programs, reach files or the network, or get at anything else from there."""


def is_known_safe(module: str, name: str) -> bool:
    """A name with a dot reaches through one thing to another and is never known."""
    if "." in name:
        return False
    if name in _KNOWN.get(module, ()) or (module in _ARRAY_MODULES and name in _OF_ARRAYS):
        return True
    if module == "__builtin__":
        return name in _KNOWN["builtins"] or name in ("unicode", "long", "xrange")
    if module == "copy_reg":
        return name in _KNOWN["copyreg"]
    is_class = name.removeprefix("_")[:1].isupper() or name == _EMPTY_OBJECT
    return is_class and module.startswith(_CLASSES_OF)


def is_dangerous(module: str, name: str) -> bool:
    """What can run a program or be made to; a name that is hidden from readers like this one, too."""
    if is_known_safe(module, name):
        return False
    is_hidden = module == "?" or name == "?" or "\\" in module + name
    runs_pickles = name.rpartition(".")[2] == "_load_from_bytes"
    parts = {module.partition(".")[0], *(name.split(".") if "." in name else ())}
    return is_hidden or runs_pickles or not _DANGEROUS.isdisjoint(parts)
