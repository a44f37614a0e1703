import {Component, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {subscribe} from "@support_sla/backend/support_ticker";
import {formatLength} from "@support_sla/backend/support_time";
import {formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const RED_CLASS = "o_openpyme_red";

/**
 * Whether a ticket is red, and for how long (O-14). Only the moment is stored: the row or card it stands in turns by
 * itself while it is on the screen.
 *
 * @param {luxon.DateTime|false} moment when it turns red
 * @param {number} now milliseconds since 1970
 * @returns {{red: boolean, length: string, text: string, label: string}|null} null: not watched
 */
export function readRed(moment, now) {
    if (!moment) {
        return null;
    }
    const seconds = (now - moment.toMillis()) / 1000;
    const red = seconds > 0;
    const length = formatLength(Math.abs(seconds));
    return {
        red,
        length,
        text: red ? _t("Red for %s", length) : _t("White for %s", length),
        label: red
            ? _t("Nothing was sent or noted in time: red since %s", formatDateTime(moment))
            : _t("Turns red at %s unless something is sent or noted", formatDateTime(moment)),
    };
}

export class OpenpymeRedField extends Component {
    static template = "openpyme_helpdesk_sla.RedField";
    static props = {...standardFieldProps, whole: {type: Boolean, optional: true}};

    setup() {
        this.root = useRef("root");
        this.state = useState({shown: ""});
        // a record that is no longer shown takes its colour with it: list rows and cards are used again
        let painted = null;
        const paint = () => {
            const place = this.root.el?.closest(".o_data_row, .o_kanban_record") || null;
            const red = Boolean(this.reading?.red);
            if (painted && painted !== place) {
                painted.classList.remove(RED_CLASS);
            }
            place?.classList.toggle(RED_CLASS, red);
            painted = place;
        };
        useEffect(paint);
        useEffect(
            () =>
                subscribe(() => {
                    const text = this.reading ? this.reading.text.toString() : "";
                    if (text !== this.state.shown) {
                        this.state.shown = text;
                    }
                }),
            () => [],
        );
        onWillUnmount(() => painted?.classList.remove(RED_CLASS));
    }

    get reading() {
        return readRed(this.props.record.data[this.props.name], DateTime.now().toMillis());
    }
}

export const openpymeRedField = {
    component: OpenpymeRedField,
    displayName: _t("Red After Silence"),
    supportedTypes: ["datetime"],
    supportedOptions: [
        {
            label: _t("In words"),
            name: "whole",
            type: "boolean",
            help: _t("Also says it while the ticket is white."),
        },
    ],
    extractProps: ({options}) => ({whole: Boolean(options.whole)}),
};

registry.category("fields").add("openpyme_red", openpymeRedField);
