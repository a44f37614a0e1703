import {Component, markup} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A page that the server rendered; its figures open the tickets behind them. */
export class SupportReportField extends Component {
    static template = "support_reports.ReportField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /** Made by QWeb on the server, which escapes every text in it. */
    get page() {
        return markup(this.props.record.data[this.props.name] || "");
    }

    async onClick(event) {
        const door = event.target.closest("[data-door]");
        if (!door) {
            return;
        }
        event.preventDefault();
        const {resModel, resId} = this.props.record;
        this.action.doAction(
            await this.orm.call(resModel, "action_open_door", [[resId], door.dataset.door]),
        );
    }
}

registry.category("fields").add("support_report", {
    component: SupportReportField,
    displayName: _t("Page of a Report"),
    supportedTypes: ["html"],
});
