"""The parts of a study, each read or computed once, when it is first asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from medtw_qual.errors import MissingExtra, StaleDecision
from medtw_qual.study.coded_part import CodedPart
from medtw_qual.study.config import is_reflexive
from medtw_qual.study.study_labels import StudyLabels

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.clusters import Clusters, Vectors
    from medtw_qual.codebook import Codebook
    from medtw_qual.coding import Sample
    from medtw_qual.corpus import Corpus
    from medtw_qual.llm import ModelAnswers
    from medtw_qual.manuscript import Quotations
    from medtw_qual.reconciliation import Crosswalk
    from medtw_qual.study.study import Study


@dataclass(frozen=True, eq=False)
class ComputedParts(StudyLabels):
    """What a study consists of: everything below is read or computed when it is first asked for, and then kept.

    Attributes
    ----------
    folder : Path
        Where the study lies.
    config : StudyConfig
        What study.toml says.
    """

    @property
    def _whole(self) -> "Study":
        """The study itself, for the functions of this room, which are written for it."""
        return cast("Study", self)  # only a Study is ever made

    @cached_property
    def posts_read(self) -> "Corpus":
        """The posts as they were read, before any step."""
        from medtw_qual.study.corpus_steps import read_posts

        return read_posts(self._whole)

    @cached_property
    def corpus_collected(self) -> "Corpus":
        """The corpus before deletions were followed: what the sample was drawn from and people coded."""
        from medtw_qual.study.corpus_steps import take_steps

        return take_steps(self._whole, self.posts_read)

    @cached_property
    def corpus(self) -> "Corpus":
        """The posts after every step that study.toml declares, without those that were deleted since."""
        from medtw_qual.study.corpus_steps import follow_deletions

        return follow_deletions(self._whole, self.corpus_collected)

    @cached_property
    def units_deleted(self) -> frozenset[str]:
        """The ids of the units that were collected and whose posts were deleted since."""
        return frozenset(self.corpus_collected.units["unit_id"]) - frozenset(self.corpus.units["unit_id"])

    @cached_property
    def codebook(self) -> "Codebook | None":
        """The codebook."""
        from medtw_qual.codebook import read_codebook

        found = self.existing(self.config.codebook.file, "[codebook] file")
        return None if found is None else read_codebook(found)

    @property
    def code_names(self) -> dict[str, str]:
        """Each code's name in print by its id; empty without a codebook."""
        return {} if self.codebook is None else self.codebook.names

    @cached_property
    def coders(self) -> "pd.DataFrame | None":
        """The coders register."""
        from medtw_qual.coding import read_coders

        found = self.existing(self.config.coding.coders, "[coding] coders")
        return None if found is None else read_coders(found)

    @cached_property
    def sample(self) -> "Sample | None":
        """The sample that people code: the one that study.toml names, or a new one drawn as it declares.

        None where codings exist and no sample is named: nobody knows then how the coded units were chosen, and every
        estimate says that it is unweighted.
        """
        from medtw_qual.coding import draw_sample, read_sample

        found = self.existing(self.config.sample.file, "[sample] file")
        if found is not None:
            return read_sample(found, self.corpus_collected).without(self.units_deleted)
        if self.config.coding.source:
            return None
        declared = self.config.sample
        return draw_sample(
            self.corpus,
            n_units=min(declared.n_units, len(self.corpus.units)),
            stratify_by=declared.stratify_by or None,
            double_coded=declared.double_coded,
            round=declared.round,
            seed=declared.seed,
        )

    @property
    def chosen_on_purpose(self) -> bool:
        """Whether the coded units were chosen, not drawn: then nothing is estimated from them."""
        return self.sample is not None and bool(self.sample.reason)

    @CodedPart
    def codings(self) -> "pd.DataFrame | None":
        """Every coder's own decisions on the units of the corpus."""
        from medtw_qual.privacy import without_lost_units

        if self.codings_read is None:
            return None
        kept = self.changed_words.without_decisions(without_lost_units(self.codings_read, self.corpus))
        return None if kept.empty else kept

    @CodedPart
    def codings_read(self) -> "pd.DataFrame | None":
        """Every coder's own decisions, those on units that have left the corpus included."""
        from medtw_qual.study.coding_steps import read_declared_codings

        return read_declared_codings(self._whole)

    @property
    def log_heads(self) -> dict[str, tuple[int, str]]:
        """Number of records and last seal of every log that the study rests on, by its path in the study."""
        from medtw_qual._base.decision_log import read_log

        declared = self.config
        heads = {} if self.codings_read is None else self.codings_read.attrs.get("heads", {})
        found = {f"{declared.coding.source}/{name}": tuple(head) for name, head in heads.items()}
        changes = self.changes.relative_to(self.folder).as_posix() if self.changes else ""
        decisions = (declared.coding.decisions, declared.reconciliation.decisions, declared.manuscript.quotations)
        for name in (changes, *decisions):
            if name and (log := read_log(self.path(name))).records:
                found[name] = log.head
        return found

    @CodedPart
    def agreement(self) -> "pd.DataFrame | None":
        """How well the coders agree, per code: the coefficient declared first, then the others."""
        from medtw_qual.agreement import measure_agreement
        from medtw_qual.study.agreement_groups import interval_groups

        if self.codings is None or is_reflexive(self.config):
            return None
        declared = self.config.agreement
        compared = self.codings_of_people if self.people_compared else self.codings
        counted, coefficients = self._with_subcodes(compared), [declared.primary, *declared.also]
        return measure_agreement(counted, by="code", coefficients=coefficients, **interval_groups(self._whole))

    def _with_subcodes(self, table: "pd.DataFrame | None") -> "pd.DataFrame":
        """A table of codings as it is counted: a code with its sub-codes."""
        from medtw_qual.coding import with_subcodes

        return table if table is None or self.codebook is None else with_subcodes(table, self.codebook)

    @CodedPart
    def model_overlap(self) -> "pd.DataFrame | None":
        """How far each model's decisions overlap with each coder's; None where no model coded beside people.

        The columns of `measure_agreement`, one row per pair with a model and coefficient, over all codes.
        """
        from medtw_qual.agreement import measure_agreement

        if self.codings is None or not self.people_compared:
            return None
        kinds = self.codings.drop_duplicates("coder").set_index("coder")["coder_kind"]
        models = set(kinds.index[kinds == "model"])
        table = measure_agreement(self.codings, by="coder_pair")
        of_model = table["coders"].map(lambda names: bool(models & set(str(names).split(", "))))
        return table[of_model].reset_index(drop=True)

    @CodedPart
    def consensus(self) -> "pd.DataFrame | None":
        """What the coders settled on, for the units of the corpus."""
        from medtw_qual.privacy import without_lost_units

        if self.consensus_read is None:
            return None
        kept = self.changed_words.without_units(without_lost_units(self.consensus_read, self.corpus))
        kept.attrs["undecided"] = self.undecided
        return None if kept.empty else kept

    @property
    def undecided(self) -> list[str]:
        """The units of the corpus on which the coders differ and nobody has decided."""
        if self.consensus_read is None:
            return []
        units = set(self.corpus.units["unit_id"]) - self.changed_words.units
        return [unit for unit in self.consensus_read.attrs["undecided"] if unit in units]

    @CodedPart
    def consensus_read(self) -> "pd.DataFrame | None":
        """What the coders settled on, that about units that have left the corpus included."""
        from medtw_qual.coding import build_consensus

        if self.codings_read is None:
            return None
        decisions = self.config.coding.decisions
        return build_consensus(
            self.codings_read,
            decisions=self.path(decisions) if decisions else None,
            rule=self.config.coding.rule or None,
            changes=self.changes,
        )

    @cached_property
    def vectors(self) -> "Vectors":
        """The vectors of the units: the stored ones where study.toml names them, embedded here otherwise."""
        from medtw_qual.clusters import embed, load_vectors

        declared = self.config.clusters
        stored = self.existing(declared.vectors, "[clusters] vectors")
        if stored is not None:
            return self.changed_words.without_vectors(self._belonging(load_vectors(stored)))
        return embed(self.corpus, model=declared.model or None, precision=declared.precision, cache=self.path("cache"))

    @cached_property
    def vectors_missing(self) -> str:
        """Why the units have no vectors on this computer, with the command that brings them; empty: they have.

        A run then leaves out clusters, crosswalk and predicted codes, and says so; asked for by themselves, they raise
        the same words as an error.
        """
        if is_reflexive(self.config):
            return "A reflexive study has no clusters."
        try:
            self.vectors  # noqa: B018 - computed once, and kept
        except MissingExtra as missing:
            return str(missing)
        return ""

    def _belonging(self, vectors: "Vectors") -> "Vectors":
        """Return stored vectors when every unit has one."""
        without = sorted(set(self.corpus.units["unit_id"]) - set(vectors.unit_ids))
        if without:
            raise StaleDecision(
                f"{self.config.clusters.vectors} was made from another state of the corpus: {len(without)} of"
                f" {len(self.corpus.units)} units have no vector (the first is {without[0]}).",
                "Put a # before vectors in study.toml and run again, or store new ones: study.vectors.save(...).",
            )
        return vectors

    @cached_property
    def clusters(self) -> "Clusters":
        """The clusters after what people did to them; acts on other clusters are treated as crosswalk decisions are."""
        log = self.config.clusters.decisions
        if not log:
            return self.clusters_found
        lenient = bool(self.units_deleted) or self.config.reconciliation.stale == "set aside"
        return self.clusters_found.replay(self.path(log), "set aside" if lenient else "refuse")

    @cached_property
    def clusters_found(self) -> "Clusters":
        """The clusters as the machine found them."""
        from medtw_qual.clusters import cluster

        declared = self.config.clusters
        return cluster(
            self.corpus,
            self.vectors,
            n_clusters=declared.n_clusters or None,
            method=declared.method,
            seed=declared.seed,
            ignore_words=declared.ignore_words,
        )

    @cached_property
    def stability(self) -> "pd.DataFrame | None":
        """How often each cluster returns when units are resampled; None where study.toml asks for no resampling."""
        declared = self.config.clusters
        if not declared.resamples:
            return None
        return self.clusters.stability(n_resamples=declared.resamples, seed=declared.seed)

    @CodedPart
    def crosswalk(self) -> "Crosswalk | None":
        """Clusters against codes, with the decisions that people logged.

        Decisions about other clusters are refused, unless study.toml says to set them aside; where posts were deleted
        nobody is at fault that the clusters changed, and they are set aside. The remarks of a run say how many.
        """
        from medtw_qual.reconciliation import reconcile

        if self.consensus is None or is_reflexive(self.config) or self.chosen_on_purpose:
            return None
        declared = self.config.reconciliation
        crosswalk = reconcile(
            self.clusters,
            self.consensus,
            self.sample,
            resampled=self.config.clusters.resamples,
            seed=self.config.clusters.seed,
        )
        if not declared.decisions:
            return crosswalk
        lenient = bool(self.units_deleted) or declared.stale == "set aside"
        same = self.consensus.attrs.get("same_rules", ())
        return crosswalk.replay(self.path(declared.decisions), "set aside" if lenient else "refuse", same)

    @CodedPart
    def predicted(self) -> "pd.DataFrame | None":
        """Codes predicted for every unit by a model trained on the consensus; None without vectors."""
        from medtw_qual.reconciliation.predictions import FOLDS, predict_codes

        if self.consensus is None or self.consensus["unit_id"].nunique() < FOLDS or self.vectors_missing:
            return None
        return predict_codes(self.corpus, self.vectors, self._with_subcodes(self.consensus))

    @CodedPart
    def prevalence(self) -> "pd.DataFrame | None":
        """How common each code is in the whole corpus."""
        from medtw_qual.reconciliation import prevalence

        if self.consensus is None or is_reflexive(self.config) or self.chosen_on_purpose:
            return None
        counted, codings = self._with_subcodes(self.consensus), self._with_subcodes(self.codings)
        estimated = prevalence(counted, self.predicted, self.sample, codings=codings)
        estimated.attrs |= {"subcodes": True} if counted.attrs.get("subcodes") else {}
        return estimated

    @CodedPart
    def shares_over_time(self) -> "pd.DataFrame | None":
        """Each code's share of the units of each month, from the consensus alone; None before there is one."""
        from medtw_qual.reconciliation import code_over_time

        if self.consensus is None or self.chosen_on_purpose:
            return None
        return code_over_time(self._with_subcodes(self.consensus), self.corpus, self.sample)

    @property
    def people_note(self) -> str:
        """What is to be said of the method "people" where no person coded; empty otherwise."""
        return "The method “people” is the consensus of coders who are models." if self.all_models else ""

    @cached_property
    def model_answers(self) -> "ModelAnswers | None":
        """What the language model that study.toml names as a coder has answered; None where it was not asked yet."""
        from medtw_qual.study.model_steps import read_model_answers

        return read_model_answers(self._whole)

    @cached_property
    def model_tests(self) -> "pd.DataFrame | None":
        """What the behavioural tests of the language model came to; None where they were not asked yet."""
        from medtw_qual.study.model_trials import read_tests

        return read_tests(self._whole)

    @cached_property
    def model_runs(self) -> "dict[str, ModelAnswers]":
        """The language model's answers by every declared way of asking that was asked; empty: none beside the first."""
        from medtw_qual.study.model_trials import read_runs

        return read_runs(self._whole)

    @CodedPart
    def remarks(self) -> list[str]:
        """What the team should look at: what was not read, left out, or has changed since (see `remarks`)."""
        from medtw_qual.study.remarks import remarks

        return remarks(self._whole)

    @CodedPart
    def quotations(self) -> "Quotations | None":
        """Proposed quotations and the decisions about them; None before there is a consensus."""
        from medtw_qual.manuscript import quotations

        if self.consensus is None:
            return None
        log = self.path(self.config.manuscript.quotations)
        decided = log if self.config.manuscript.quotations and log.is_file() else None
        published = self.existing(self.config.manuscript.published, "[manuscript] published")
        return quotations(self.consensus, self.corpus, log=decided, published=published)
