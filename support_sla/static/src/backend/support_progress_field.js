import {Component, onWillUnmount, useEffect} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How often a form that is being worked on is read again. */
export const POLL = 4000;

/** How far background work is: read again every few seconds while it goes on, and not at all otherwise. */
export class SupportProgressField extends Component {
    static template = "support_sla.ProgressField";
    static props = {...standardFieldProps};

    setup() {
        this.timer = null;
        useEffect(
            () => {
                this.stop();
                if (this.isWorking) {
                    this.timer = browser.setTimeout(() => this.refresh(), POLL);
                }
            },
            () => [this.props.record.data.state, this.round],
        );
        onWillUnmount(() => this.stop());
    }

    get data() {
        return this.props.record.data;
    }

    /** Changes with every reading, so that the next one is asked for. */
    get round() {
        return this.rounds || 0;
    }

    get percent() {
        return Math.min(100, Math.floor(this.data[this.props.name] || 0));
    }

    get isWorking() {
        return this.data.state === "running" || (this.data.state === "draft" && this.percent < 100);
    }

    get label() {
        if (this.data.state === "running") {
            return _t("Applied: %s %", this.percent);
        }
        if (this.data.state === "draft") {
            return _t("Preview worked out: %s %", this.percent);
        }
        return _t("%s % done", this.percent);
    }

    stop() {
        if (this.timer !== null) {
            browser.clearTimeout(this.timer);
            this.timer = null;
        }
    }

    async refresh() {
        this.timer = null;
        this.rounds = this.round + 1;
        // nobody looks at a hidden tab
        if (document.visibilityState === "visible" || !document.visibilityState) {
            await this.props.record.load();
        }
        if (this.isWorking && this.timer === null) {
            this.timer = browser.setTimeout(() => this.refresh(), POLL);
        }
    }
}

registry.category("fields").add("support_progress", {
    component: SupportProgressField,
    displayName: _t("Progress of Background Work"),
    supportedTypes: ["float", "integer"],
});
