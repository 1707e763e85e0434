"""A BERT-like sentence encoder as an ONNX graph, written from its weights: no torch is needed to run it, nor to start.

The arithmetic is that of Devlin et al. (2019) and Reimers & Gurevych (2019): embeddings, layers of self-attention and
feed-forward, mean or first-token pooling, unit length.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from medtw_qual._base.extras import needs_extra

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

OPSET = 17


class BertGraph:
    """Collects the nodes and weights of the graph while it is written.

    Parameters
    ----------
    weights : dict of str to ndarray
        As model.safetensors names them.
    config : dict
        config.json of the model.
    """

    def __init__(self, weights: dict[str, np.ndarray], config: dict[str, Any]) -> None:
        self.weights = weights
        self.heads = int(config["num_attention_heads"])
        self.width = int(config["hidden_size"])
        self.layers = int(config["num_hidden_layers"])
        self.epsilon = float(config["layer_norm_eps"])
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        """Keep a constant and return its name."""
        with needs_extra("clusters"):
            from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 - as ONNX has them
        """Add a node and return its output's name."""
        with needs_extra("clusters"):
            from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def dense(self, name: str, source: str) -> str:
        """Add x W + b."""
        weight = self.constant(f"{name}.w", self.weights[f"{name}.weight"].T)
        bias = self.constant(f"{name}.b", self.weights[f"{name}.bias"])
        return self.node("Add", [self.node("MatMul", [source, weight], f"{name}.xw"), bias], f"{name}.out")

    def normalised(self, name: str, source: str) -> str:
        """Add a layer normalisation."""
        parts = [self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.node("LayerNormalization", [source, *parts], f"{name}.out", axis=-1, epsilon=self.epsilon)

    def embeddings(self) -> str:
        """Add word, position and type embeddings of ``input_ids``; the type is always 0, as for single sentences."""
        place = "embeddings."
        words = self.constant("words", self.weights[f"{place}word_embeddings.weight"])
        fixed = (
            self.weights[f"{place}position_embeddings.weight"] + self.weights[f"{place}token_type_embeddings.weight"][0]
        )
        positions = self.constant("positions", fixed)
        self.node("Shape", ["input_ids"], "length", start=1, end=2)
        for name, value in (("zero", [0]), ("first_axis", [0])):
            self.constant(name, np.array(value, dtype=np.int64))
        self.node("Slice", [positions, "zero", "length", "first_axis"], "here")
        self.node("Add", [self.node("Gather", [words, "input_ids"], "looked_up"), "here"], "embedded")
        return self.normalised(f"{place}LayerNorm", "embedded")

    def attention(self, layer: str, source: str) -> str:
        """Add multi-head self-attention over the tokens that are not padding."""
        split = {}
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            name = f"{layer}.attention.self.{part}"
            heads = self.node("Reshape", [self.dense(name, source), "to_heads"], f"{name}.heads")
            split[part] = self.node("Transpose", [heads], f"{name}.turned", perm=order)
        scores = self.node("MatMul", [split["query"], split["key"]], f"{layer}.scores")
        scaled = self.node("Mul", [scores, "scale"], f"{layer}.scaled")
        masked = self.node("Add", [scaled, "mask"], f"{layer}.masked")
        shares = self.node("Softmax", [masked], f"{layer}.shares", axis=-1)
        mixed = self.node("MatMul", [shares, split["value"]], f"{layer}.mixed")
        back = self.node("Transpose", [mixed], f"{layer}.back", perm=[0, 2, 1, 3])
        joined = self.node("Reshape", [back, "from_heads"], f"{layer}.joined")
        added = self.node("Add", [self.dense(f"{layer}.attention.output.dense", joined), source], f"{layer}.residual")
        return self.normalised(f"{layer}.attention.output.LayerNorm", added)

    def feed_forward(self, layer: str, source: str) -> str:
        """Add the two dense layers with the exact Gaussian error unit between them."""
        inner = self.dense(f"{layer}.intermediate.dense", source)
        error = self.node("Erf", [self.node("Div", [inner, "root_two"], f"{layer}.over")], f"{layer}.erf")
        gate = self.node("Mul", [inner, self.node("Add", [error, "one"], f"{layer}.plus")], f"{layer}.gate")
        active = self.node("Mul", [gate, "half"], f"{layer}.gelu")
        added = self.node("Add", [self.dense(f"{layer}.output.dense", active), source], f"{layer}.second")
        return self.normalised(f"{layer}.output.LayerNorm", added)

    def shared_constants(self) -> None:
        """Add what every layer uses, the mask among them: 0 for a token, a very negative number for padding."""
        per_head = self.width // self.heads
        self.constant("to_heads", np.array([0, 0, self.heads, per_head], dtype=np.int64))
        self.constant("from_heads", np.array([0, 0, self.width], dtype=np.int64))
        values = {"scale": per_head**-0.5, "root_two": 2**0.5, "one": 1.0, "half": 0.5, "lowest": -1e30, "tiny": 1e-12}
        for name, value in values.items():
            self.constant(name, np.array(value, dtype=np.float32))
        self.constant("inner_axes", np.array([1, 2], dtype=np.int64))
        self.constant("last_axis", np.array([2], dtype=np.int64))
        self.node("Cast", ["attention_mask"], "tokens", to=1)
        self.node("Unsqueeze", [self.node("Sub", ["one", "tokens"], "padding"), "inner_axes"], "padding4")
        self.node("Mul", ["padding4", "lowest"], "mask")

    def pooled(self, source: str, pooling: str) -> str:
        """Add the pooling of token vectors into one: their mean, or the first."""
        if pooling == "cls":
            return self.node(
                "Squeeze", [self.node("Slice", [source, "zero", "unit", "unit"], "head"), "unit"], "pooled"
            )
        weights = self.node("Unsqueeze", ["tokens", "last_axis"], "weights")
        total = self.node("ReduceSum", [self.node("Mul", [source, weights], "kept"), "unit"], "total", keepdims=0)
        count = self.node("ReduceSum", [weights, "unit"], "count", keepdims=0)
        return self.node("Div", [total, count], "pooled")


def build_graph(folder: Path) -> "ModelProto":
    """Write the graph of the model in `folder`: ``input_ids``, ``attention_mask`` in, unit-length ``vectors`` out."""
    with needs_extra("clusters"):
        from onnx import TensorProto, helper
        from safetensors.numpy import load_file

    weights = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
    graph = BertGraph(weights, orjson.loads((folder / "config.json").read_bytes()))
    graph.shared_constants()
    graph.constant("unit", np.array([1], dtype=np.int64))
    state = graph.embeddings()
    for number in range(graph.layers):
        layer = f"encoder.layer.{number}"
        state = graph.feed_forward(layer, graph.attention(layer, state))
    pooled = graph.pooled(state, find_pooling(folder))
    length = graph.node("ReduceL2", [pooled], "norm", axes=[1], keepdims=1)
    graph.node("Div", [pooled, graph.node("Max", [length, "tiny"], "safe")], "vectors")
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    rows = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", graph.width])]
    whole = helper.make_graph(graph.nodes, "encoder", tokens, rows, graph.constants)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def find_pooling(folder: Path) -> str:
    """Return how the model pools: "mean", "cls", or "" for another way."""
    settings = next(iter(sorted(folder.glob("*_Pooling/config.json"))), None)
    if settings is None:
        return ""
    modes = orjson.loads(settings.read_bytes())
    asked = [name for name, value in modes.items() if name.startswith("pooling_mode_") and value is True]
    return (
        {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}.get(asked[0], "")
        if len(asked) == 1
        else ""
    )


def can_build(folder: Path) -> bool:
    """Say whether the model in `folder` is of the kind that this graph writes."""
    needed = [folder / name for name in ("config.json", "model.safetensors", "tokenizer.json", "modules.json")]
    if not all(path.is_file() for path in needed) or not find_pooling(folder):
        return False
    config = orjson.loads(needed[0].read_bytes())
    modules = {str(module["type"]).rsplit(".", 1)[-1] for module in orjson.loads(needed[3].read_bytes())}
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and modules <= {"Transformer", "Pooling", "Normalize"}
    )
