import {SupportProgressField} from "@support_sla/backend/support_progress_field";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How far the replay is. */
export class SupportWhatIfProgress extends SupportProgressField {
    get isWorking() {
        return this.data.state === "running";
    }

    get label() {
        return _t("Replayed: %s %", this.percent);
    }
}

/** What a run came to: shares before and after, by promise, level and customer. Texts come from the server. */
export class SupportWhatIf extends Component {
    static template = "support_reports.WhatIf";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get result() {
        return this.props.record.data[this.props.name];
    }

    get cards() {
        return [this.result.total, ...this.result.metrics];
    }

    /** Open the promises that a figure counts. */
    open(name, door) {
        if (!door.count) {
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "support.what.if.line",
            domain: door.domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    figureLabel(row, side, door, what) {
        return _t("%(row)s, %(side)s, %(what)s: %(count)s", {
            row: row.label,
            side,
            what,
            count: door.count,
        });
    }

    width(side) {
        return `width: ${side.percent === null ? 0 : side.percent}%`;
    }

    get words() {
        return {before: _t("before"), after: _t("after"), kept: _t("kept"), late: _t("late")};
    }

    icon(tone) {
        return {better: "fa-arrow-up", worse: "fa-arrow-down", same: "fa-minus"}[tone];
    }
}

registry.category("fields").add("support_what_if_progress", {
    component: SupportWhatIfProgress,
    displayName: _t("Progress of a What-If"),
    supportedTypes: ["float", "integer"],
});
registry.category("fields").add("support_what_if", {
    component: SupportWhatIf,
    displayName: _t("What-If"),
    supportedTypes: ["json"],
});
