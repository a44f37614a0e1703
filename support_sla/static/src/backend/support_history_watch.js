import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** How often a running import is looked at, in milliseconds. */
const EVERY = 3000;

/**
 * Keeps the page of an import up to date while tickets are made in the background, and only then: it is shown
 * while the import runs. Nothing is reloaded under somebody who is typing.
 */
export class SupportHistoryWatch extends Component {
    static template = "support_sla.SupportHistoryWatch";
    static props = {...standardWidgetProps};

    setup() {
        this.state = useState({lost: false});
        this.timer = null;
        onMounted(() => this.plan());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get text() {
        return this.state.lost
            ? _t("The server cannot be reached; trying again.")
            : _t("The tickets are being made. You can leave this page; the import goes on.");
    }

    plan() {
        this.timer = setTimeout(() => this.look(), EVERY);
    }

    async look() {
        const {record} = this.props;
        if (!document.hidden && !(await record.isDirty())) {
            try {
                await record.load();
                this.state.lost = false;
            } catch {
                this.state.lost = true;
            }
        }
        if (record.data.is_running) {
            this.plan();
        }
    }
}

registry.category("view_widgets").add("support_history_watch", {
    component: SupportHistoryWatch,
    fieldDependencies: [{name: "is_running", type: "boolean"}],
});
