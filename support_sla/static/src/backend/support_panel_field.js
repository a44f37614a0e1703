import {Component, onWillStart, toRaw, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {makeAxis, makePieces, makeTurns, readRemaining, readState} from "./support_panel_layout";
import {useTick} from "./support_ticker";
import {formatCountdown, formatMoment, isOtherZone, toMillis} from "./support_time";

const {DateTime} = luxon;

/** By how much the browser's clock is wrong, noted once when an answer of the server is first seen. */
const corrections = new WeakMap();

/** So many steps of an escalation are told at once; of more, those that matter now. */
const FEW_STEPS = 2;

/** What a label of the axis takes of the width, about, in percent. */
function reachOf({left, edge}) {
    const [before, after] = {start: [0, 13], middle: [8, 8], stop: [13, 0]}[edge];
    return [left - before, left + after];
}

export class SupportPanelField extends Component {
    static template = "support_sla.PanelField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.state = useState({tick: 0, open: {}, allSteps: false});
        useTick(() => {
            if (this.isLive) {
                this.state.tick++;
            }
        });
        onWillStart(async () => {
            this.isManager = await user.hasGroup("helpdesk_mgmt.group_helpdesk_manager");
        });
    }

    get panel() {
        const panel = toRaw(this.props.record.data[this.props.name]) || null;
        if (panel && !corrections.has(panel)) {
            corrections.set(panel, toMillis(panel.now) - DateTime.now().toMillis());
        }
        return panel;
    }

    get isLive() {
        return Boolean(
            this.panel?.clocks.some((clock) => ["running", "paused"].includes(clock.state)),
        );
    }

    get now() {
        return DateTime.now().toMillis() + corrections.get(this.panel);
    }

    /** Everything the template shows, for this moment. */
    makeView() {
        this.state.tick; // looked at so that a tick renders again
        const {panel, now} = this;
        const axis = panel.clocks.length ? makeAxis(panel.clocks, now) : null;
        return {
            axis,
            axisLabels: axis && this.makeAxisLabels(axis, now),
            folds: axis ? this.makeFolds(axis, now) : [],
            hasPauses: panel.clocks.some((clock) =>
                clock.segments.some((segment) => segment.kind === "paused"),
            ),
            headline: this.makeHeadline(panel, now),
            rows: panel.clocks.map((clock) => this.makeRow(clock, axis, now, toMillis(panel.now))),
            turns: makeTurns(panel.turn, now),
            turnText: this.makeTurnText(panel.turn, now),
            escalation: this.makeEscalation(panel, now),
            zone: this.makeZoneText(panel, now),
        };
    }

    makeAxisLabels(axis, now) {
        const labels = [
            {key: "start", left: 0, text: formatMoment(axis.start, now), edge: "start"},
        ];
        if (axis.now !== null && axis.now > 12) {
            labels.push({
                key: "now",
                left: axis.now,
                text: _t("now %s", formatMoment(now, now)),
                edge: axis.now > 88 ? "stop" : "middle",
            });
        }
        if (axis.now === null || axis.now < 80) {
            labels.push({key: "stop", left: 100, text: formatMoment(axis.stop, now), edge: "stop"});
        }
        const taken = labels.map(reachOf);
        for (const fold of axis.folds) {
            const label = {
                key: fold.start,
                left: fold.left + fold.width,
                text: formatMoment(fold.stop, now),
                edge: "start",
                fold: true,
            };
            const [low, high] = reachOf(label);
            if (high <= 100 && taken.every(([start, stop]) => high <= start || stop <= low)) {
                taken.push([low, high]);
                labels.push(label);
            }
        }
        return labels;
    }

    makeFolds(axis, now) {
        return axis.folds.map((fold) => ({
            key: fold.start,
            left: fold.left,
            width: fold.width,
            label: _t("closed %(start)s – %(stop)s", {
                start: formatMoment(fold.start, now),
                stop: formatMoment(fold.stop, now),
            }),
            reason: fold.labels.join(", "),
        }));
    }

    makeHeadline(panel, now) {
        const next = panel.clocks.find((clock) => clock.key === panel.next);
        if (next) {
            const due = toMillis(next.due);
            const seconds = (due - now) / 1000;
            const zone = panel.provider.tz;
            const values = {promise: next.label, time: formatMoment(due, now)};
            if (isOtherZone(zone, due)) {
                values.time = _t("%(here)s (%(there)s %(zone)s)", {
                    here: values.time,
                    there: formatMoment(due, now, zone),
                    zone: this.getZoneName(zone),
                });
            }
            return {
                intro: seconds < 0 ? _t("overdue:") : _t("next:"),
                strong: formatCountdown(seconds),
                rest:
                    seconds < 0
                        ? _t("%(promise)s was due %(time)s", values)
                        : _t("%(promise)s by %(time)s", values),
                tone: readState(next, now).tone,
            };
        }
        const paused = panel.clocks.find((clock) => clock.state === "paused");
        if (paused) {
            return {
                intro: "",
                strong: _t("paused"),
                rest: paused.reasons.join(", "),
                tone: "muted",
            };
        }
        const open = panel.clocks.find((clock) => clock.state === "running" && clock.hold);
        if (open) {
            return {intro: _t("next:"), strong: open.badge, rest: open.label, tone: open.tone};
        }
        return {intro: "", strong: "", rest: _t("nothing is due"), tone: "muted"};
    }

    makeRow(clock, axis, now, read) {
        const {badge, tone} = readState(clock, now);
        const due = toMillis(clock.due);
        const dueText = due === null ? "" : formatMoment(due, now);
        const left = due === null ? 0 : axis.at(due);
        const remaining = readRemaining(clock, now);
        const spoken = [
            clock.label,
            badge,
            remaining.strong,
            remaining.rest,
            dueText && _t("due %s", dueText),
            ...clock.segments
                .filter((segment) => segment.kind === "paused")
                .map((segment) => this.makePauseText(segment, now)),
        ];
        return {
            clock,
            badge,
            tone,
            remaining,
            pieces: makePieces(clock, axis, now, read),
            due: due !== null && {
                left,
                text: dueText,
                edge: left < 8 ? "start" : left > 92 ? "stop" : "middle",
            },
            why: dueText ? _t("Why %s?", dueText) : _t("Why?"),
            label: spoken.filter(Boolean).join(", "),
            open: Boolean(this.state.open[clock.key]),
            id: `o_support_why_${this.props.record.resId || "new"}_${clock.key}`,
        };
    }

    makePauseText(segment, now) {
        const start = formatMoment(toMillis(segment.start), now);
        const stop = segment.stop ? formatMoment(toMillis(segment.stop), now) : "";
        return stop
            ? _t("paused %(start)s – %(stop)s: %(reason)s", {start, stop, reason: segment.label})
            : _t("paused since %(start)s: %(reason)s", {start, reason: segment.label});
    }

    makeTurnText(turn, now) {
        if (!turn.whose) {
            return null;
        }
        const since = turn.since && formatMoment(toMillis(turn.since), now);
        return {label: turn.label, since: since && _t("since %s", since)};
    }

    /** Who is told: while something can still be missed, and wherever somebody was told. */
    makeEscalation(panel, now) {
        const {escalation} = panel;
        if (!escalation || !(this.isLive || escalation.escalated)) {
            return null;
        }
        const time = (text) => (text ? formatMoment(toMillis(text), now) : "");
        const steps = escalation.steps.map((step, index) => ({
            ...step,
            index,
            firedText: step.fired ? _t("told %s", time(step.fired)) : "",
            peopleText: step.people.join(", "),
        }));
        // at a glance: who is next, and where nobody would be told
        const next = steps.find((step) => !step.fired) || steps.at(-1);
        const folded = steps.length > FEW_STEPS;
        return {
            ...escalation,
            steps,
            folded,
            shown:
                folded && !this.state.allSteps
                    ? steps.filter((step) => step === next || step.empty)
                    : steps,
            escalatedText: !escalation.escalated
                ? ""
                : escalation.by
                  ? _t("Escalated %(time)s by %(name)s", {
                        time: time(escalation.at),
                        name: escalation.by,
                    })
                  : _t("Escalated %s", time(escalation.at)),
            acknowledgedText: escalation.acknowledged_by
                ? _t("in charge: %(name)s since %(time)s", {
                      name: escalation.acknowledged_by,
                      time: time(escalation.acknowledged_at),
                  })
                : "",
            hasHoles: escalation.steps.some((step) => step.empty),
        };
    }

    makeZoneText(panel, now) {
        const zone = panel.provider.tz;
        if (!isOtherZone(zone, now)) {
            return "";
        }
        return _t("Times are yours. It is %(time)s at %(provider)s (%(zone)s).", {
            time: formatMoment(now, now, zone),
            provider: panel.provider.name,
            zone: this.getZoneName(zone),
        });
    }

    getZoneName(zone) {
        return zone.split("/").pop().replace(/_/g, " ");
    }

    toggle(key) {
        this.state.open[key] = !this.state.open[key];
    }

    openPolicies() {
        this.action.doAction("support_sla.support_policy_action");
    }

    openRoles() {
        this.action.doAction("support_sla.support_role_action", {
            additionalContext: {search_default_unfilled: 1},
        });
    }
}

export const supportPanelField = {
    component: SupportPanelField,
    displayName: _t("Promises of a Ticket"),
    supportedTypes: ["json"],
};

registry.category("fields").add("support_panel", supportPanelField);
