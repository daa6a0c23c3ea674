"""What people paste about repositories of Hugging Face opens what it means."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.ui.browser.entered_address import Address, read_address, read_name
from support.planted import HUB_TOKEN

PAGE = "https://huggingface.co"
LLAMA = """./build/bin/llama-cli \\
  --hf-repo "team/churn" \\
  --hf-file churn-q4.gguf \\
  -p "You are a helpful assistant" """
SNIPPET = """# Load model directly
from transformers import AutoModelForCausalLM, AutoTokenizer

model_id = "team/churn"
tokenizer = AutoTokenizer.from_pretrained(model_id)
model = AutoModelForCausalLM.from_pretrained(model_id, device_map="auto")
"""
CLONE = """# Make sure git-lfs is installed (https://git-lfs.com)
git lfs install

git clone https://huggingface.co/team/churn
"""

ADDRESSES = [
    (f"{PAGE}/team/churn", "hf://team/churn"),
    ("(huggingface.co/team/churn/tree/v1),", "hf://team/churn@v1"),
    ("\u200bhf.co/team/churn:Q4_K_M\ufeff", "hf://team/churn"),
    ("“hf://datasets/team/rows@v1/a.csv”", "hf://datasets/team/rows@v1/a.csv"),
    ("hf://team/churn/a b.txt", "hf://team/churn/a b.txt"),
    ("git@hf.co:spaces/team/demo", "hf://spaces/team/demo"),
]
AUTHORS = [
    ("(https://huggingface.co/team/models?p=2),", "hf://organizations/team/models"),
    ("huggingface.co/organizations/team", "hf://organizations/team"),
    ("curl -s 'https://huggingface.co/api/datasets?author=team&limit=5'", "hf://organizations/team/datasets"),
    ("hf models ls --author team --limit 5", "hf://organizations/team/models"),
    ("hf spaces list --author=team", "hf://organizations/team/spaces"),
]
CLIENT = [
    ("hf download team/churn", "hf://team/churn"),
    (
        "$ hf download team/churn config.json --revision v1 --local-dir my/out",
        "hf://team/churn@v1/config.json",
    ),
    ("hf download team/churn a.json b.json", "hf://team/churn"),
    ("hf download team/churn '*.json'", "hf://team/churn"),
    ("hf download --repo-type=dataset team/rows data/", "hf://datasets/team/rows/data"),
    ("hf download --type space team/demo", "hf://spaces/team/demo"),
    ("hf download datasets/team/rows", "hf://datasets/team/rows"),
    ("`hf download hf://datasets/team/rows@v1/a.csv`", "hf://datasets/team/rows@v1/a.csv"),
    ("hf auth login && hf download team/churn", "hf://team/churn"),
    ("hf datasets info team/rows", "hf://datasets/team/rows"),
    ("hf upload team/churn ./out .", "hf://team/churn"),
    ("huggingface-cli download gpt2 --include '*.safetensors' --token x", "hf://gpt2"),
    ("!huggingface-cli download team/churn model.gguf", "hf://team/churn/model.gguf"),
    ("uvx hf download team/churn", "hf://team/churn"),
]
PROGRAMS = [
    (f"git clone {PAGE}/team/churn", "hf://team/churn"),
    (f"git clone --depth 1 -b v1 {PAGE}/datasets/team/rows out", "hf://datasets/team/rows@v1"),
    ('GIT_LFS_SKIP_SMUDGE=1 git clone "git@hf.co:team/churn', "hf://team/churn"),
    (CLONE, "hf://team/churn"),
    ("kit import team/churn", "hf://team/churn"),
    ("kit import team/churn --ref v1 -t ghcr.io/team/churn:v1", "hf://team/churn@v1"),
    ("kitops-desktop import --tag churn:v1 datasets/team/rows", "hf://datasets/team/rows"),
    (f"kit import {PAGE}/team/churn.git", "hf://team/churn"),
    ("ollama run hf.co/team/churn:Q8_0", "hf://team/churn"),
    ("ollama pull huggingface.co/team/churn", "hf://team/churn"),
    ("docker model run hf.co/team/churn", "hf://team/churn"),
    ("llama-cli -hf team/churn:Q4_K_M", "hf://team/churn"),
    (LLAMA, "hf://team/churn/churn-q4.gguf"),
    ("vllm serve team/churn --revision v2", "hf://team/churn@v2"),
    ("python -m vllm.entrypoints.openai.api_server --model team/churn", "hf://team/churn"),
    ("sglang serve --model-path=team/churn", "hf://team/churn"),
    ('npx -y node-llama-cpp chat --model "hf:team/churn/q4.gguf"', "hf://team/churn/q4.gguf"),
    (f"wget {PAGE}/team/churn/resolve/main/a.bin?download=true", "hf://team/churn/a.bin"),
    (f"pip install git+{PAGE}/team/churn", "hf://team/churn"),
]
CODE = [
    ('AutoModel.from_pretrained("team/churn", revision="v1")', "hf://team/churn@v1"),
    (">>> m = Auto.from_pretrained( 'team/churn', device_map={'': 0}, dtype=t.f(1), )", "hf://team/churn"),
    ('Llama.from_pretrained(repo_id="team/churn", filename="*q8_0.gguf")', "hf://team/churn"),
    ('AutoModel.from_pretrained("team/churn", gguf_file="q4.gguf")', "hf://team/churn/q4.gguf"),
    ('AutoModel.from_pretrained("team/churn"', "hf://team/churn"),
    ('AutoModel.from_pretrained("gpt2")', "hf://gpt2"),
    ('pipeline("text-generation",model="team/churn")', "hf://team/churn"),
    ('pipeline("fill-mask", "team/churn")', "hf://team/churn"),
    ('load_dataset("team/rows", "default", split="train")', "hf://datasets/team/rows"),
    ('load_dataset("squad")', "hf://datasets/squad"),
    ('load_dataset("csv",data_files="hf://datasets/team/rows/a.csv")', "hf://datasets/team/rows/a.csv"),
    ('snapshot_download(repo_id="team/rows", repo_type="dataset")', "hf://datasets/team/rows"),
    (
        'hf_hub_download("team/churn", "a.json", subfolder="x", revision="refs/pr/1")',
        "hf://team/churn@refs%2Fpr%2F1/x/a.json",
    ),
    ('timm.create_model("hf_hub:team/churn", pretrained=True)', "hf://team/churn"),
    ('SentenceTransformer("all-MiniLM-L6-v2")', "hf://sentence-transformers/all-MiniLM-L6-v2"),
    ('pd.read_parquet("hf://datasets/team/rows/a b.parquet")', "hf://datasets/team/rows/a b.parquet"),
    (SNIPPET, "hf://team/churn"),
]


@pytest.mark.parametrize(("text", "place"), [*ADDRESSES, *AUTHORS, *CLIENT, *PROGRAMS, *CODE])
def test_it_is_the_repository_that_is_meant(text: str, place: str) -> None:
    address = read_address(text)
    assert address.place == place
    assert address.host == "huggingface.co"
    assert not address.repository
    assert read_name(text, "registry.example") == address, "in the field of a registry too"


def test_what_is_meant_is_known_by_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:8080")
    rows = HfAddress("team/rows", HfKind.DATASET, "v1", "a.csv")
    for text in (str(rows), "hf download team/rows a.csv --revision v1 --repo-type datasets"):
        assert read_address(text) == Address("127.0.0.1:8080", hugging_face=rows)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("huggingface.co", "about no repository"),
        ("docker login huggingface.co", "about no repository"),
        (f"pip install transformers # {PAGE}/docs", "about no repository"),
        ("hf auth login", "no repository in this line of hf"),
        ("hf download --revision v1", "no repository in this line of hf"),
        ("kit import", "no repository in this line of kit"),
        ("kit import ./folder", "“./folder” is no repository"),
        ("hf download team/churn ../a", "This path"),
        ("hf download team/churn --revision 'a b'", "no revision"),
        ('AutoModel.from_pretrained("./local/folder")', "“./local/folder” is no repository"),
        ("ollama run llama3", "no blanks"),
        ("llama-server --model /models/churn.gguf", "no blanks"),
        ('f("team/churn")', "no blanks|no name"),
        ("hf.co/team/churn " + "x" * 5000, "no blanks"),
    ],
)
def test_what_leads_nowhere_is_said(text: str, says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        read_address(text)


@pytest.mark.parametrize(
    "text",
    [
        f"https://robot:{HUB_TOKEN}@huggingface.co/team/churn",
        f"git clone https://robot:{HUB_TOKEN}@hf.co/team/churn",
    ],
)
def test_no_token_in_an_address_is_taken_or_repeated(text: str) -> None:
    with pytest.raises(InvalidArgument, match="Leave out user and password") as caught:
        read_address(text)
    assert HUB_TOKEN not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        f"git clone https://{HUB_TOKEN}@huggingface.co/team/churn",
        f"hf download team/churn --token {HUB_TOKEN}",
        f'AutoModel.from_pretrained("team/churn", token="{HUB_TOKEN}")',
        f"curl -H 'Authorization: Bearer {HUB_TOKEN}' {PAGE}/team/churn",
    ],
)
def test_a_token_beside_what_is_meant_goes_nowhere(text: str) -> None:
    assert read_address(text) == Address("huggingface.co", hugging_face=HfAddress("team/churn"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("docker run -p 80:80 vllm/vllm-openai:v1 --model team/churn", "docker.io/vllm/vllm-openai:v1"),
        ("kit unpack ghcr.io/team/churn:v1 --model", "ghcr.io/team/churn:v1"),
        ("ghcr.io/hf.co/churn", "ghcr.io/hf.co/churn"),
        ("registry.hf.space/team-demo:latest", "registry.hf.space/team-demo:latest"),
    ],
)
def test_what_is_about_registries_stays_so(text: str, place: str) -> None:
    assert read_address(text).place == place


@pytest.mark.parametrize(
    "text", ["(" * 4999, "load(" * 999, "a" * 4999 + "=", "model=" * 800, 'load("' * 800]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    with pytest.raises(InvalidArgument):
        read_address(text)
