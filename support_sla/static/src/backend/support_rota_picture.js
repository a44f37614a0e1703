import {Component} from "@odoo/owl";
import {localization} from "@web/core/l10n/localization";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const DAY = 86400;
/** Shades for people, told apart by name as well: the name stands in the cell. */
const SHADES = 6;

function formatClock(seconds) {
    if (seconds === DAY) {
        return "24:00";
    }
    const format = localization.timeFormat.replace(/[:.]ss/, "");
    return DateTime.fromObject({
        hour: Math.floor(seconds / 3600),
        minute: Math.floor(seconds / 60) % 60,
    }).toFormat(format);
}

/**
 * What the server painted, as rows of a table.
 *
 * @param {Object} rota see `support.role.get_rota_picture`
 */
export function readRota(rota) {
    const people = [];
    const days = rota.days.map((found) => {
        const date = DateTime.fromISO(found.day);
        const isToday = found.day === rota.today;
        const bars = found.bars.map((bar) => {
            const isGap = bar.kind === "gap";
            if (!isGap && !people.includes(bar.who)) {
                people.push(bar.who);
            }
            return {
                isGap,
                who: isGap ? _t("nobody").toString() : bar.who,
                hours: `${formatClock(bar.start)}–${formatClock(bar.stop)}`,
                shade: isGap ? "gap" : people.indexOf(bar.who) % SHADES,
                left: (100 * bar.start) / DAY,
                width: (100 * (bar.stop - bar.start)) / DAY,
            };
        });
        const parts = [date.toLocaleString(DateTime.DATE_HUGE)];
        if (isToday) {
            parts.push(_t("today").toString());
        }
        for (const bar of bars) {
            parts.push(`${bar.hours} ${bar.who}`);
        }
        const names = [...new Set(bars.filter((bar) => !bar.isGap).map((bar) => bar.who))];
        return {
            key: found.day,
            isToday,
            bars,
            names,
            hasGap: bars.some((bar) => bar.isGap),
            number: date.day,
            description: parts.join(", "),
        };
    });
    const weeks = [];
    for (let index = 0; index < days.length; index += 7) {
        const week = days.slice(index, index + 7);
        weeks.push({
            key: week[0].key,
            name: DateTime.fromISO(week[0].key).toFormat("d MMM"),
            days: week,
        });
    }
    return {
        weeks,
        people: people.map((name, index) => ({name, shade: index % SHADES})),
        hasGap: days.some((day) => day.hasGap),
        weekdays: (weeks[0]?.days || []).map((day) => DateTime.fromISO(day.key).toFormat("ccc")),
    };
}

/** Some weeks of a rota, day by day: who is on call, and where nobody is. */
export class SupportRotaPicture extends Component {
    static template = "support_sla.RotaPicture";
    static props = {rota: Object, heading: {type: Boolean, optional: true}};

    get view() {
        return readRota(this.props.rota);
    }
}

export class SupportRotaPictureField extends Component {
    static template = "support_sla.RotaPictureField";
    static components = {SupportRotaPicture};
    static props = {...standardFieldProps};

    get rota() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("support_rota_picture", {
    component: SupportRotaPictureField,
    displayName: _t("Rota Week by Week"),
    supportedTypes: ["json"],
});
