"""What may one ask feasibility at once? A verdict, its rules, its presets: the same over HTTP and NATS."""

from __future__ import annotations

from rmos.chassis.operations import Operation
from rmos.contracts.evaluation import (
    ById,
    EvaluateRequest,
    Explained,
    FeasibilityReport,
    ModeData,
    ModelRequest,
    ModelRow,
    NoFields,
    OfKind,
    PresetData,
    PresetQuery,
    PresetRow,
    RuleData,
)
from rmos.feasibility import models, report
from rmos.feasibility.domain import REQUIRED, RULES
from rmos.feasibility.engine import Engines
from rmos.feasibility.explain import CATEGORIES, RISKS, preset_data, rule_data
from rmos.feasibility.presets import KINDS, Presets
from rmos.feasibility.unknown import unknown


class Api:
    def __init__(self, engines: Engines, presets: Presets) -> None:
        self._engines, self._presets = engines, presets

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation("evaluate", "Judge a design in its context", EvaluateRequest, FeasibilityReport, self._engines.compute,
                      path="/evaluate"),
            Operation("evaluate.model", "Judge an operation on a guitar model of the presets", ModelRequest, FeasibilityReport,
                      self.evaluate_model, path="/evaluate/model/{model_id}"),
            Operation("models", "Guitar models, and what can be judged of each", NoFields, list[ModelRow], self.models, "GET",
                      "/models"),
            Operation("risk_levels", "What the levels of risk mean", NoFields, list[Explained], self.risk_levels, "GET",
                      "/risk-levels"),
            Operation("categories", "What the categories of an assessment mean", NoFields, list[Explained], self.categories,
                      "GET", "/categories"),
            Operation("modes", "What must be known, by mode and stage", NoFields, list[ModeData], self.modes, "GET", "/modes"),
            Operation("rules", "Every rule with its explanation", NoFields, list[RuleData], self.rules, "GET", "/rules"),
            Operation("rules.show", "One rule with its explanation", ById, RuleData, self.rule, "GET", "/rules/{id}"),
            Operation("presets", "Every preset", NoFields, list[PresetRow], self.presets, "GET", "/presets"),
            Operation("presets.list", "The presets of one kind", OfKind, list[PresetRow], self.presets_of, "GET",
                      "/presets/{kind}"),
            Operation("presets.show", "One preset, each field with its source", PresetQuery, PresetData, self.preset, "GET",
                      "/presets/{kind}/{id}"),
        )  # fmt: skip

    def evaluate_model(self, asked: ModelRequest) -> FeasibilityReport:
        return self._engines.compute(models.request_of(asked, self._presets))

    def models(self, _: NoFields) -> list[ModelRow]:
        return models.model_rows(self._presets)

    def risk_levels(self, _: NoFields) -> list[Explained]:
        return [Explained(name=name, text=text) for name, text in RISKS.items()]

    def categories(self, _: NoFields) -> list[Explained]:
        return [Explained(name=name, text=text) for name, text in CATEGORIES.items()]

    def modes(self, _: NoFields) -> list[ModeData]:
        return [
            ModeData(mode=mode, stage=stage, required=tuple(map(report.missing_fact, names)))
            for (mode, stage), names in REQUIRED.items()
        ]

    def rules(self, _: NoFields) -> list[RuleData]:
        return [rule_data(rule) for rule in RULES.values()]

    def rule(self, asked: ById) -> RuleData:
        if asked.id not in RULES:
            raise unknown("rule", asked.id, RULES, "/id", "not_found")
        return rule_data(RULES[asked.id])

    def presets(self, _: NoFields) -> list[PresetRow]:
        return [row for kind in KINDS for row in self.presets_of(OfKind(kind=kind))]

    def presets_of(self, asked: OfKind) -> list[PresetRow]:
        if asked.kind not in KINDS:
            raise unknown("kind of presets", asked.kind, KINDS, "/kind", "not_found")
        return [PresetRow(kind=asked.kind, id=p.id, name=p.name) for p in self._presets.of(asked.kind).values()]

    def preset(self, asked: PresetQuery) -> PresetData:
        self.presets_of(OfKind(kind=asked.kind))
        found = self._presets.of(asked.kind)
        if asked.id not in found:
            raise unknown("preset", asked.id, found, "/id", "not_found")
        return preset_data(asked.kind, found[asked.id])
