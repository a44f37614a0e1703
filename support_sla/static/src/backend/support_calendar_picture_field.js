import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {localization} from "@web/core/l10n/localization";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const DAY = 86400;

/** Colour and pattern are never alone: each kind of day has its word. */
const WORDS = {
    off: _t("no hours"),
    closed: _t("closed"),
    changed: _t("other hours"),
};

/** Clock time as the reader's language writes it; a day ends at 24:00. */
function formatClock(seconds) {
    if (seconds === DAY) {
        return "24:00";
    }
    const format = localization.timeFormat.replace(/[:.]ss/, "");
    return DateTime.fromObject({
        hour: Math.floor(seconds / 3600),
        minute: (seconds / 60) % 60,
    }).toFormat(format);
}

/** As short as it can be said, for a cell: “8 AM” of “08:00 AM”. */
function formatBriefly(seconds) {
    return formatClock(seconds).replace(/^0?(\d+):00(?= )/, "$1");
}

function formatOpenings(openings) {
    return openings.map(([start, stop]) => `${formatClock(start)}–${formatClock(stop)}`).join(", ");
}

/**
 * What the server painted, as rows of a table.
 *
 * @param {{zone: string, today: string, days: Object[]}} picture see `resource.calendar.get_sla_picture`
 */
export function readPicture(picture) {
    const days = picture.days.map((found) => {
        const date = DateTime.fromISO(found.day);
        const hours = formatOpenings(found.openings);
        const word = WORDS[found.kind]?.toString() || "";
        const isToday = found.day === picture.today;
        const parts = [date.toLocaleString(DateTime.DATE_HUGE)];
        if (isToday) {
            parts.push(_t("today"));
        }
        parts.push([word, hours].filter(Boolean).join(" "));
        if (found.label) {
            parts.push(found.label);
        }
        return {
            key: found.day,
            kind: found.kind,
            label: found.label,
            word,
            hours,
            isToday,
            number: date.day,
            name: date.toFormat("ccc d MMM"),
            description: parts.filter(Boolean).join(", "),
            // from the first opening to the last closing: what fits into a cell
            brief: found.openings.length
                ? `${formatBriefly(found.openings[0][0])}–${formatBriefly(found.openings.at(-1)[1])}`
                : "",
            bars: found.openings.map(([start, stop]) => ({
                left: (100 * start) / DAY,
                width: (100 * (stop - start)) / DAY,
            })),
        };
    });
    const weeks = [];
    for (let index = 0; index < days.length; index += 7) {
        const week = days.slice(index, index + 7);
        weeks.push({
            key: week[0].key,
            name: DateTime.fromISO(week[0].key).toFormat("d MMM"),
            days: week,
            notes: week.filter((day) => day.kind === "closed" || day.kind === "changed"),
        });
    }
    return {
        zone: picture.zone,
        weeks,
        weekdays: (weeks[0]?.days || []).map((day) => DateTime.fromISO(day.key).toFormat("ccc")),
    };
}

/** The coming weeks of opening hours, day by day: when it is open, what is closed and why. */
export class SupportCalendarPictureField extends Component {
    static template = "support_sla.CalendarPictureField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        // null: the weeks the form came with
        this.state = useState({other: null, offset: 0});
        onWillUpdateProps(() => {
            // edited or another record: what was paged to may not hold any more
            this.state.other = null;
            this.state.offset = 0;
        });
    }

    get picture() {
        return this.state.other || this.props.record.data[this.props.name];
    }

    get view() {
        return this.picture ? readPicture(this.picture) : null;
    }

    get canPage() {
        return Boolean(this.props.record.resId);
    }

    async page(step) {
        const own = this.props.record.data[this.props.name];
        const offset = step ? this.state.offset + step : 0;
        if (!offset) {
            this.state.other = null;
        } else {
            const weeks = own.days.length / 7;
            const first = DateTime.fromISO(own.days[0].day)
                .plus({weeks: offset * weeks})
                .toISODate();
            const args = [[this.props.record.resId], first, weeks];
            this.state.other = await this.orm.call("resource.calendar", "get_sla_picture", args);
        }
        this.state.offset = offset;
    }
}

registry.category("fields").add("support_calendar_picture", {
    component: SupportCalendarPictureField,
    displayName: _t("Opening Hours Week by Week"),
    supportedTypes: ["json"],
});
