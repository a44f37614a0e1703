import {Component, useState} from "@odoo/owl";
import {deserializeDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How many days are offered; a narrow screen begins with the fewer. */
const SPANS = [30, 90];
const NARROW = 600;

/** A server's last days as bars: down, up, paused and not seen differ in height and pattern as well as in colour. */
export class OpenpymeUptimeField extends Component {
    static template = "openpyme_helpdesk_sla.UptimeField";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({days: window.innerWidth < NARROW ? SPANS[0] : SPANS[1]});
        this.spans = SPANS;
    }

    get picture() {
        return this.props.record.data[this.props.name];
    }

    get days() {
        return this.picture.days.slice(-this.state.days);
    }

    /** What the bars say, for who does not see them. */
    get summary() {
        const bad = this.days.filter((day) => day.kind === "down");
        return bad.length
            ? _t("Days with an outage: %s", bad.map((day) => day.text).join("; "))
            : _t("No outage was seen in these days.");
    }

    /** From when to when, as every other moment on the form: in the reader's zone. */
    outageText(outage) {
        return this.say(outage);
    }

    /** The same in the provider's zone, where that differs; else nothing. */
    outageThere(outage) {
        const start = deserializeDateTime(outage.start);
        const there = start.setZone(this.picture.zone);
        return there.offset === start.offset
            ? ""
            : `${this.say(outage, this.picture.zone)} (${this.picture.zone})`;
    }

    say(outage, tz) {
        const at = (moment) =>
            toLocaleDateTimeString(deserializeDateTime(moment), {
                showDate: true,
                showTime: true,
                tz,
            });
        return `${at(outage.start)} – ${outage.stop ? at(outage.stop) : _t("now")}`;
    }

    spanLabel(days) {
        return _t("%s days", days);
    }
}

registry.category("fields").add("openpyme_uptime", {
    component: OpenpymeUptimeField,
    displayName: _t("Up and Down Day by Day"),
    supportedTypes: ["json"],
});
