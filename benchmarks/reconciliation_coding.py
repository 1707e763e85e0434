"""Macro-F1 of machine coding against real human codes, out of fold, side by side with what people use today.

Reads ../shared (NHS patients' comments and GoEmotions) and vectors made beforehand:

    python benchmarks/reconciliation_coding.py nhs VECTORS.npz [DEFINITIONS.npz]
    python benchmarks/reconciliation_coding.py goemotions VECTORS.npz [DEFINITIONS.npz]

VECTORS.npz holds `unit_ids` and `array`; DEFINITIONS.npz holds `codes` and `array` (vectors of the codes' definitions).
"""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

import medtw_qual as mq
from medtw_qual.corpus import Corpus
from medtw_qual.reconciliation.calibration import deal_folds, share_threshold

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def nhs():
    """Distinct comments of at least 20 characters that could be coded; codes with at least 30 of them."""
    table = pd.read_csv(SHARED / "nhs_px_qdc" / "comments_codes.csv", dtype=str, keep_default_na=False)
    codable = ~table["codes"].isin(["Labelling not possible", "Not assigned"])
    table = table[codable & (table["text"].str.len() >= 20) & ~table["text"].duplicated()]
    return table["comment_id"].to_numpy(), table["text"].to_numpy(), table["codes"].str.get_dummies(";")


def goemotions():
    """The test part of GoEmotions: 27 emotions and neutral, several per comment."""
    names = (SHARED / "goemotions" / "emotions.txt").read_text().split("\n")
    table = pd.read_csv(
        SHARED / "goemotions" / "test.tsv", sep="\t", header=None, dtype=str, keep_default_na=False, quoting=3
    )
    table = table[~table[0].duplicated()]
    dummies = table[1].str.get_dummies(",")
    return table[2].to_numpy(), table[0].to_numpy(), dummies.rename(columns=lambda number: names[int(number)])


def as_study(ids, texts, codes):
    units = pd.DataFrame({"unit_id": ids, "text": texts}).sort_values("unit_id", ignore_index=True)
    consensus = codes.set_axis(ids).rename_axis("unit_id").reset_index().melt("unit_id", var_name="code")
    consensus["status"] = np.where(consensus.pop("value") == 1, "present", "absent")
    consensus = consensus.assign(basis="single coded", reason="", decided_by="", decided_at=None, codebook_hash="x")
    return Corpus(units, pd.DataFrame(), units, pd.DataFrame()), consensus


def today(texts, truth, folds):
    """TF-IDF of words and word pairs with a balanced logistic regression per code."""
    predicted = np.zeros(truth.shape, dtype=bool)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        learn, new = words.fit_transform(texts[train]), words.transform(texts[test])
        for code in range(truth.shape[1]):
            machine = LogisticRegression(class_weight="balanced", C=10, max_iter=200, solver="liblinear")
            predicted[test, code] = machine.fit(learn, truth[train, code]).predict(new)
    return predicted


def vectors_only(array, truth, folds):
    predicted = np.zeros(truth.shape, dtype=bool)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        for code in range(truth.shape[1]):
            machine = LogisticRegression(class_weight="balanced", max_iter=200, solver="liblinear")
            predicted[test, code] = machine.fit(array[train], truth[train, code]).predict(array[test])
    return predicted


def zero_shot(array, definitions, truth, folds):
    """Cosine to the codes' definitions; even the threshold per code is a gift from the other folds."""
    score = array @ definitions.T
    predicted = np.zeros(truth.shape, dtype=bool)
    for fold in np.unique(folds):
        for code in range(truth.shape[1]):
            cut = share_threshold(score[folds != fold, code], truth[folds != fold, code])
            predicted[folds == fold, code] = score[folds == fold, code] > cut
    return predicted


def show(name, truth, predicted, seconds, first):
    macro, micro = (f1_score(truth, predicted, average=a, zero_division=0) for a in ("macro", "micro"))
    gain = "" if first is None else f"   {macro - first:+.3f}"
    print(f"{name:44s} macro-F1 {macro:.3f}   micro-F1 {micro:.3f}   {seconds:6.1f} s{gain}", flush=True)
    return macro


def main(which, vectors_path, definitions_path=None):
    ids, texts, codes = {"nhs": nhs, "goemotions": goemotions}[which]()
    codes = codes.loc[:, codes.sum() >= 30]
    stored = np.load(vectors_path)
    array = stored["array"][pd.Index(stored["unit_ids"]).get_indexer(ids)].astype(float)
    truth, folds = codes.to_numpy(dtype=bool), deal_folds(len(texts), 5, 2020)
    print(f"{which}: {len(ids)} texts, {truth.shape[1]} codes with at least 30, 5 folds")
    start = time.perf_counter()
    first = show("TF-IDF + logistic regression", truth, today(texts, truth, folds), time.perf_counter() - start, None)
    if definitions_path:
        given = np.load(definitions_path)
        order = pd.Index(given["codes"]).get_indexer(codes.columns)
        kept = order >= 0
        start = time.perf_counter()
        found = zero_shot(array, given["array"][order[kept]], truth[:, kept], folds)
        show(
            f"zero-shot by definitions ({kept.sum()} codes)", truth[:, kept], found, time.perf_counter() - start, first
        )
    start = time.perf_counter()
    show("vectors + logistic regression", truth, vectors_only(array, truth, folds), time.perf_counter() - start, first)
    corpus, consensus = as_study(ids, texts, codes)
    start = time.perf_counter()
    predicted = mq.predict_codes(corpus, SimpleNamespace(unit_ids=ids, array=array), consensus, n_folds=5)
    wide = predicted.pivot_table(index="unit_id", columns="code", values="predicted", dropna=False)
    ours = wide.loc[ids, codes.columns].to_numpy(dtype=bool)
    show("predict_codes", truth, ours, time.perf_counter() - start, first)


if __name__ == "__main__":
    main(*sys.argv[1:])
