import {Component, useState} from "@odoo/owl";
import {formatDateTime, deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useTick} from "@support_sla/backend/support_ticker";
import {formatCountdown, formatMoment, toMillis} from "@support_sla/backend/support_time";

/** So many bars fit on a screen; the others are in the list behind the smart button. */
const SHOWN = 60;

/**
 * What a row says of its next promise at one moment.
 *
 * @param {Object} row of `helpdesk.ticket._support_get_incidents`
 * @param {number} now milliseconds since 1970
 * @returns {{text: string, late: boolean}|null}
 */
export function readDue(row, now) {
    const due = toMillis(row.due);
    if (due === null) {
        return null;
    }
    return {text: formatCountdown((due - now) / 1000), late: due < now};
}

/** All incidents of a problem on one axis of time: with whom each has been, what is due when (E-7.1). */
export class SupportIncidentsField extends Component {
    static template = "support_problem.IncidentsField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.state = useState({now: Date.now()});
        useTick(() => {
            // countdowns of more than an hour change once a minute: no need to look every second
            const now = Date.now();
            if (Math.floor(now / 15000) !== Math.floor(this.state.now / 15000)) {
                this.state.now = now;
            }
        });
    }

    get picture() {
        return this.props.record.data[this.props.name] || {rows: []};
    }

    get rows() {
        return this.picture.rows.slice(0, SHOWN);
    }

    get hidden() {
        return Math.max(0, this.picture.rows.length - SHOWN);
    }

    get axis() {
        const {first, last} = this.picture;
        const now = this.state.now;
        return {
            first: formatMoment(toMillis(first), now),
            last: formatMoment(toMillis(last), now),
        };
    }

    due(row) {
        return readDue(row, this.state.now);
    }

    /** The exact time, and what is promised then. */
    explainDue(row) {
        const date = formatDateTime(deserializeDateTime(row.due));
        return _t("%(promise)s by %(date)s", {promise: row.metric || _t("Due"), date});
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "helpdesk.ticket",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("support_incidents", {
    component: SupportIncidentsField,
    displayName: _t("Incidents with Their Clocks"),
    supportedTypes: ["json"],
});
