"""What a server tells about the model it runs: its name, digest or file hash, and build, each where it does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from medtw_qual._base.hashing import hash_file
from medtw_qual.errors import InvalidArgument
from medtw_qual.llm.endpoint import Endpoint

Fetch = Callable[[str], object]


def server_facts(endpoint: Endpoint, fetch: Fetch) -> dict[str, str]:
    """Ask a server about itself.

    Parameters
    ----------
    endpoint : Endpoint
    fetch : callable
        Returns the JSON that an address holds, None where there is none.

    Returns
    -------
    dict
        model (the name to ask by), and where they are told: digest (Ollama's, or the SHA-256 of the model's file where
        the server names a file of this computer), parameters (how many), build. No path of this computer.

    Raises
    ------
    InvalidArgument
        When no model is named and the server offers several, or none.
    """
    offered = _models(fetch(f"{endpoint.url.rstrip('/')}/models"))
    model = endpoint.model or _only_model(offered, endpoint)
    facts = {"model": model}
    meta = offered.get(model, {}).get("meta")
    if isinstance(meta, dict) and meta.get("n_params"):
        facts["parameters"] = str(meta["n_params"])
    digest = _ollama_digest(fetch(f"{endpoint.root}/api/tags"), model)
    props = fetch(f"{endpoint.root}/props")
    if isinstance(props, dict):
        facts["build"] = str(props.get("build_info") or "")
        file = Path(str(props.get("model_path") or ""))
        if endpoint.is_local and not digest and file.is_file():
            digest, facts["file"] = f"sha256:{hash_file(file)}", file.name
    return {key: value for key, value in (facts | {"digest": digest}).items() if value}


def _models(answer: object) -> dict[str, dict[str, Any]]:
    listed = answer.get("data") if isinstance(answer, dict) else None
    return {str(entry["id"]): entry for entry in listed or [] if isinstance(entry, dict) and "id" in entry}


def _only_model(offered: dict[str, dict[str, Any]], endpoint: Endpoint) -> str:
    if len(offered) != 1:
        raise InvalidArgument(
            f"{endpoint.url} offers {len(offered) or 'no'} models, and none is named.",
            f"Name one: model = {next(iter(offered), 'name')!r}."
            + (f" There are: {', '.join(offered)}." if offered else ""),
        )
    return next(iter(offered))


def _ollama_digest(answer: object, model: str) -> str:
    listed = answer.get("models") if isinstance(answer, dict) else None
    for entry in listed or []:
        if isinstance(entry, dict) and model in (entry.get("name"), entry.get("model")) and entry.get("digest"):
            return f"sha256:{entry['digest']}".replace("sha256:sha256:", "sha256:")
    return ""
