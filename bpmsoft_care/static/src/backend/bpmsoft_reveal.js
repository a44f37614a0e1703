import {Component, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * A password of a request: asked for on a click, shown for some seconds, hidden again (B-9). It stands in this component
 * and nowhere else of the web client; each click is recorded by the server.
 */
export class BpmsoftReveal extends Component {
    static template = "bpmsoft_care.Reveal";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({text: "", left: 0, busy: false, copied: false});
        onWillUnmount(() => this.hide());
    }

    get mayReveal() {
        return this.props.record.data.may_reveal;
    }

    async show() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const {secret, seconds} = await this.orm.call("bpmsoft.secret", "reveal", [
                this.props.record.resId,
            ]);
            this.hide();
            this.state.text = secret;
            this.state.left = seconds;
            this.timer = browser.setInterval(() => {
                this.state.left -= 1;
                if (this.state.left <= 0) {
                    this.hide();
                }
            }, 1000);
        } finally {
            this.state.busy = false;
        }
    }

    hide() {
        browser.clearInterval(this.timer);
        this.state.text = "";
        this.state.left = 0;
        this.state.copied = false;
    }

    async copy() {
        try {
            await browser.navigator.clipboard.writeText(this.state.text);
            this.state.copied = true;
        } catch {
            this.notification.add(
                _t("The browser does not let us copy: select the password and copy it by hand."),
                {
                    type: "warning",
                },
            );
        }
    }
}

export const bpmsoftReveal = {
    component: BpmsoftReveal,
    fieldDependencies: [{name: "may_reveal", type: "boolean"}],
};

registry.category("view_widgets").add("bpmsoft_reveal", bpmsoftReveal);
