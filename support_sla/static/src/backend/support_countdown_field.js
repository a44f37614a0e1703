import {Component, useState} from "@odoo/owl";
import {formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {useTick} from "./support_ticker";
import {formatCountdown} from "./support_time";

const {DateTime} = luxon;

/** Colour is never alone: each tone has its icon and its word (E-8). */
const TONES = {
    danger: {icon: "fa-exclamation-circle", word: _t("overdue")},
    warning: {icon: "fa-hourglass-half", word: _t("due soon")},
    calm: {icon: "fa-clock-o", word: _t("on time")},
};
const WITHOUT_MOMENT = {
    to_agree: {icon: "fa-handshake-o", word: _t("to be agreed"), tone: "open"},
    no_time: {icon: "fa-question-circle-o", word: _t("no working time"), tone: "open"},
    paused: {icon: "fa-pause", word: _t("paused"), tone: "muted"},
    none: {icon: "fa-minus", word: _t("no SLA"), tone: "muted"},
    done: {icon: "fa-check", word: _t("done"), tone: "muted"},
};

/**
 * What a countdown says at one moment.
 *
 * @param {Object} data values of the record: the field itself and, where the view has them,
 *  `support_sla_state` and `support_risk_at`
 * @param {string} name the datetime field
 * @param {number} now milliseconds since 1970
 * @returns {{text: string, tone: string, icon: string, word: string}|null}
 */
export function readCountdown(data, name, now) {
    const due = data[name];
    if (!due) {
        const state = WITHOUT_MOMENT[data.support_sla_state];
        return state ? {text: state.word.toString(), ...state} : null;
    }
    const seconds = (due.toMillis() - now) / 1000;
    let tone = "calm";
    if (seconds < 0) {
        tone = "danger";
    } else if (data.support_risk_at && data.support_risk_at.toMillis() <= now) {
        tone = "warning";
    }
    return {text: formatCountdown(seconds), tone, ...TONES[tone]};
}

export class SupportCountdownField extends Component {
    static template = "support_sla.CountdownField";
    static props = {...standardFieldProps, strip: {type: Boolean, optional: true}};

    setup() {
        this.state = useState({now: this.now});
        this.shown = "";
        // most countdowns of a list change once a minute: only those that do are rendered
        useTick(() => {
            const reading = this.read(this.now);
            if (reading && this.shown !== reading.text + reading.tone) {
                this.state.now = this.now;
            }
        });
    }

    get now() {
        return DateTime.now().toMillis();
    }

    read(now) {
        return readCountdown(this.props.record.data, this.props.name, now);
    }

    /** What to show now. */
    look() {
        // state.now only says when to look again: what is shown is always of this moment
        const reading = this.read(Math.max(this.state.now, this.now));
        this.shown = reading ? reading.text + reading.tone : "";
        return reading;
    }

    get promise() {
        const {data, fields} = this.props.record;
        const options = fields.support_next_metric?.selection || [];
        return options.find(([code]) => code === data.support_next_metric)?.[1] || "";
    }

    /** The exact time and what is promised then: tooltip, and what a screen reader says. */
    get label() {
        const due = this.props.record.data[this.props.name];
        if (!due) {
            return this.read(this.now).word.toString();
        }
        const values = {
            promise: this.promise || _t("Due"),
            date: formatDateTime(due),
            state: this.read(this.now).word,
        };
        return _t("%(promise)s by %(date)s: %(state)s", values);
    }
}

export const supportCountdownField = {
    component: SupportCountdownField,
    displayName: _t("Live Countdown"),
    supportedTypes: ["datetime"],
    supportedOptions: [
        {
            label: _t("Colour strip"),
            name: "strip",
            type: "boolean",
            help: _t("Also colours the left edge of the card it is on."),
        },
    ],
    extractProps: ({options}) => ({strip: Boolean(options.strip)}),
};

registry.category("fields").add("support_countdown", supportCountdownField);
