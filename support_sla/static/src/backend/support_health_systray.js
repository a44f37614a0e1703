import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const ASK_EVERY = 2 * 60 * 1000;

/** A sign for helpdesk managers that deadlines are not watched or messages do not leave. */
export class SupportHealthSystray extends Component {
    static template = "support_sla.HealthSystray";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.state = useState({text: ""});
        onWillStart(async () => {
            if (await user.hasGroup("helpdesk_mgmt.group_helpdesk_manager")) {
                // the web client does not wait for it
                this.ask();
                this.timer = browser.setInterval(() => this.ask(), ASK_EVERY);
            }
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async ask() {
        try {
            const {text} = await this.orm.silent.call("support.health", "get_state", []);
            this.state.text = text;
        } catch {
            // a server that does not answer says so elsewhere
        }
    }
}

registry
    .category("systray")
    .add("support_sla.health", {Component: SupportHealthSystray}, {sequence: 200});
