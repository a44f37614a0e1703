import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const LEVEL_ICONS = {
    danger: "fa-times-circle",
    warning: "fa-exclamation-triangle",
    info: "fa-info-circle",
};

/** What a drill came to: holes, promises and the time line. The texts come from the server. */
export class SupportDrillField extends Component {
    static template = "support_sla.DrillField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get result() {
        return this.props.record.data[this.props.name];
    }

    get gravity() {
        return this.result.holes.filter((hole) => hole.level !== "info").length;
    }

    icon(level) {
        return LEVEL_ICONS[level];
    }

    open(hole) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: hole.model,
            res_id: hole.id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    print() {
        window.print();
    }
}

registry.category("fields").add("support_drill", {
    component: SupportDrillField,
    displayName: _t("Drill"),
    supportedTypes: ["json"],
});
