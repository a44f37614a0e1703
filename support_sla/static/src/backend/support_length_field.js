import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatLength} from "./support_time";

/** Seconds as people say them: “2 h 05”. */
export class SupportLengthField extends Component {
    static template = "support_sla.LengthField";
    static props = {...standardFieldProps};

    get text() {
        const seconds = this.props.record.data[this.props.name];
        return seconds ? formatLength(seconds) : "";
    }
}

registry.category("fields").add("support_length", {
    component: SupportLengthField,
    displayName: _t("Length of Time"),
    supportedTypes: ["integer"],
});
