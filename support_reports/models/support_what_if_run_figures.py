from typing import Any

from odoo import api, models
from odoo.tools import SQL, format_date, format_datetime

from ..tools import what_if

#: customers named in the summary; all of them are a list away
SHOWN = 50
OUTCOMES = (what_if.KEPT, what_if.LATE, what_if.EXCUSED, what_if.OPEN, what_if.NOTHING)


class SupportWhatIfRun(models.Model):
    """What a run came to: frozen numbers, and the reader's words for them (R-10)."""

    _inherit = "support.what.if.run"

    def _sum_up(self) -> dict[str, Any]:
        """The figures as plain data: rows of metric, level, customer, outcomes before and after, how many."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT metric, priority_id, partner_id, before, after, differs, count(*)
                   FROM support_what_if_line WHERE run_id = %s GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6""",
                self.id,
            )
        )
        rows = self.env.cr.fetchall()
        self.env.cr.execute(
            SQL(
                "SELECT count(DISTINCT ticket_id) FROM support_what_if_line WHERE run_id = %s AND before != after",
                self.id,
            )
        )
        (tickets,) = self.env.cr.fetchone()
        return {"rows": [list(row) for row in rows], "changed_tickets": tickets}

    def _describe(self, other=None) -> dict[str, Any]:
        """The figures in the reader's words, each with the door to the promises behind it.

        :param other: another run whose figures stand beside
        :return: ``empty`` (why there is nothing, or False), ``notes``, ``total``, ``flips``, ``metrics``, ``cells`` and
            ``customers``, see :meth:`_describe_figures`
        """
        self.ensure_one()
        self.check_access("read")
        rows = (self.result or {}).get("rows", [])
        others = ((other.result or {}).get("rows", [])) if other else None
        metrics = dict(self.env["support.target"]._selection_metric())
        priorities = self.env["support.priority"].sudo().with_context(active_test=False)
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        levels = {
            level.id: (level.sequence, level.display_name)
            for level in priorities.browse({row[1] for row in rows if row[1]}).exists()
        }
        names = {
            partner.id: partner.display_name for partner in partners.browse({row[2] for row in rows if row[2]}).exists()
        }
        no_level, nobody = self.env._("Without a level"), self.env._("Without a customer")

        def group(index: tuple[int, ...]):
            return self._group(rows, others, index)

        by_customer = sorted(
            group((2,)).items(), key=lambda item: -sum(item[1]["before"].values()) - sum(item[1]["after"].values())
        )
        order = list(metrics)
        cells = sorted(
            group((1, 0)).items(),
            key=lambda item: (
                levels.get(item[0][0], (10**6, ""))[0],
                item[0][0] or 0,
                order.index(item[0][1]) if item[0][1] in order else len(order),
            ),
        )
        by_metric = sorted(
            group((0,)).items(), key=lambda item: order.index(item[0][0]) if item[0][0] in order else len(order)
        )
        return {
            "empty": self._say_empty(rows),
            "notes": self._get_notes(rows, other),
            "rules": (self.rules_text or "").splitlines(),
            "other": other.display_name if other else "",
            "total": self._describe_figures(self.env._("All promises"), group(()).get((), self._nothing()), []),
            "flips": self._describe_flips(rows),
            "metrics": [
                self._describe_figures(metrics.get(key[0], key[0]), figures, [("metric", "=", key[0])])
                for key, figures in by_metric
            ],
            "cells": [
                {
                    **self._describe_figures(
                        metrics.get(key[1], key[1]),
                        figures,
                        [("metric", "=", key[1]), ("priority_id", "=", key[0] or False)],
                    ),
                    "level": levels.get(key[0], (0, no_level))[1],
                }
                for key, figures in cells
            ],
            "customers": [
                self._describe_figures(names.get(key[0], nobody), figures, [("partner_id", "=", key[0] or False)])
                for key, figures in by_customer[:SHOWN]
            ],
            "customers_left": max(0, len(by_customer) - SHOWN),
        }

    @api.model
    def _nothing(self) -> dict[str, Any]:
        return {"before": dict.fromkeys(OUTCOMES, 0), "after": dict.fromkeys(OUTCOMES, 0), "other": None}

    @api.model
    def _group(self, rows, others, index: tuple[int, ...]) -> dict[tuple, dict[str, Any]]:
        """Numbers of outcomes before and after, by the columns ``index`` of the frozen rows."""
        found: dict[tuple, dict[str, Any]] = {}
        for *row, count in rows:
            figures = found.setdefault(tuple(row[i] for i in index), self._nothing())
            figures["before"][row[3]] += count
            figures["after"][row[4]] += count
        for *row, count in others or []:
            key = tuple(row[i] for i in index)
            if key in found:
                if found[key]["other"] is None:
                    found[key]["other"] = dict.fromkeys(OUTCOMES, 0)
                found[key]["other"][row[4]] += count
        return found

    def _describe_figures(self, label: str, figures: dict[str, Any], domain: list) -> dict[str, Any]:
        """One row of figures: ``label``, ``before`` and ``after`` (``percent``, ``text``, doors ``kept``, ``late``,
        ``excused``, ``open``), ``delta`` (text), ``tone``, ``other`` (text)."""
        before = self._describe_side("before", figures["before"], domain)
        after = self._describe_side("after", figures["after"], domain)
        delta, tone = "", "same"
        if before["percent"] is not None and after["percent"] is not None:
            points = round(after["percent"] - before["percent"], 1)
            tone = "better" if points > 0 else "worse" if points < 0 else "same"
            delta = self.env._("%s points", f"{points:+.1f}") if points else self.env._("no change")
        other = figures["other"]
        return {
            "label": label,
            "before": before,
            "after": after,
            "delta": delta,
            "tone": tone,
            "other": self._say_percent(what_if.percent(other["kept"], other["late"])) if other else "",
        }

    def _describe_side(self, side: str, counts: dict[str, int], domain: list) -> dict[str, Any]:
        share = what_if.percent(counts[what_if.KEPT], counts[what_if.LATE])

        def door(outcome: str) -> dict[str, Any]:
            return {
                "count": counts[outcome],
                "domain": [("run_id", "=", self.id), *domain, (side, "=", outcome)],
            }

        return {
            "percent": share,
            "text": self._say_percent(share),
            "kept": door(what_if.KEPT),
            "late": door(what_if.LATE),
            "excused": door(what_if.EXCUSED),
            "open": door(what_if.OPEN),
        }

    def _say_percent(self, share: float | None) -> str:
        return "–" if share is None else self.env._("%s %%", f"{share:.1f}")

    def _describe_flips(self, rows) -> list[dict[str, Any]]:
        """The ways in which promises change, with how many do."""
        labels = {
            "to_kept": self.env._("Late → kept"),
            "to_late": self.env._("Kept → late"),
            "open_late": self.env._("Open and late by it"),
            "new": self.env._("Newly promised"),
            "gone": self.env._("No longer promised"),
            "other": self.env._("Other changes"),
        }
        Line = self.env["support.what.if.line"]
        counts = dict.fromkeys(labels, 0)
        for *_key, before, after, _differs, count in rows:
            flip = Line._get_flip(before, after)
            if flip in counts:
                counts[flip] += count
        return [
            {
                "key": flip,
                "label": label,
                "tone": {"to_kept": "better", "to_late": "worse", "open_late": "worse"}.get(flip, "same"),
                "count": counts[flip],
                "domain": [("run_id", "=", self.id), ("flip", "=", flip)],
            }
            for flip, label in labels.items()
            if counts[flip] or flip in ("to_kept", "to_late")
        ]

    def _say_empty(self, rows) -> str:
        if rows:
            return ""
        if self.state == "cancelled":
            return self.env._("The run was stopped before a ticket was replayed.")
        return self.env._(
            "No promise of %(provider)s was judged in this period. Choose another period, or all customers and queues.",
            provider=self.provider_id.name,
        )

    def _get_notes(self, rows, other) -> list[str]:
        """What has to be known to read the figures, sentence by sentence."""
        zone = self.provider_id.tz or "UTC"
        notes = [
            self.env._(
                "Promises judged from %(start)s to %(stop)s (days in %(zone)s), as of %(moment)s.",
                start=format_date(self.env, self.date_from),
                stop=format_date(self.env, self.date_to),
                zone=zone,
                moment=format_datetime(self.env, self.moment, dt_format="short"),
            )
        ]
        if self.include_open:
            notes.append(self.env._("Open promises are shown as they stood at that moment."))
        if self.state == "cancelled":
            notes.append(
                self.env._(
                    "The run was stopped: these are the figures of %(done)s of %(total)s tickets.",
                    done=self.done,
                    total=self.total,
                )
            )
        differing = sum(count for *_row, differs, count in rows if differs)
        if differing:
            notes.append(
                self.env._(
                    "Promises that stand in the figures otherwise than the rules of then give them today, for "
                    "example a breach that is kept for good after hours were corrected: %s. Where the change makes no "
                    "difference to them they count before and after as they stand.",
                    differing,
                )
            )
        if self.failed:
            notes.append(
                self.env._("Tickets that could not be replayed and are not among the figures: %s.", self.failed)
            )
        if any(rule["kind"] == what_if.LEVEL for rule in self.rules or []):
            notes.append(
                self.env._(
                    "For another level the policy is found anew: with the ticket's service, plan and queue of today, "
                    "in the version that was in force then."
                )
            )
        if other:
            notes.append(
                self.env._(
                    "“%(name)s” was run %(moment)s with: %(rules)s",
                    name=other.name,
                    moment=format_datetime(self.env, other.moment, dt_format="short"),
                    rules="; ".join((other.rules_text or "").splitlines()),
                )
            )
        return notes
