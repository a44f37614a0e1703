import {localization} from "@web/core/l10n/localization";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";

const {DateTime, IANAZone} = luxon;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The zone the user chose, in which the server writes its explanations; without one the browser's. */
function getReaderZone() {
    return user.tz && IANAZone.isValidZone(user.tz) ? user.tz : "local";
}

const pad = (number) => String(number).padStart(2, "0");

/**
 * @param {string|false} text moment as the server writes it (UTC)
 * @returns {number|null} milliseconds since 1970
 */
export function toMillis(text) {
    return text ? deserializeDateTime(text).toMillis() : null;
}

/**
 * A length in words: “34 s”, “21 min”, “2 h 05”, “3 d”.
 *
 * @param {number} seconds not negative
 */
export function formatLength(seconds) {
    const whole = Math.floor(seconds);
    if (whole >= 2 * DAY) {
        return _t("%s d", Math.floor(whole / DAY));
    }
    if (whole >= HOUR) {
        const minutes = Math.floor((whole % HOUR) / MINUTE);
        const hours = Math.floor(whole / HOUR);
        return minutes
            ? _t("%(hours)s h %(minutes)s", {hours, minutes: pad(minutes)})
            : _t("%s h", hours);
    }
    if (whole >= MINUTE) {
        return _t("%s min", Math.floor(whole / MINUTE));
    }
    return _t("%s s", whole);
}

/**
 * What is left until a moment, to be read at a glance: “12:41”, “2 h 05”, “3 d”, and “−12 min” once it is past.
 *
 * @param {number} seconds negative: overdue
 */
export function formatCountdown(seconds) {
    const whole = Math.floor(seconds);
    if (whole < 0) {
        return `−${formatLength(-whole)}`;
    }
    if (whole >= 2 * DAY) {
        return formatLength(whole);
    }
    if (whole >= HOUR) {
        return _t("%(hours)s h %(minutes)s", {
            hours: Math.floor(whole / HOUR),
            minutes: pad(Math.floor((whole % HOUR) / MINUTE)),
        });
    }
    return `${Math.floor(whole / MINUTE)}:${pad(whole % MINUTE)}`;
}

/**
 * A moment in the reader's zone, with as much of the date as is needed to tell it from `now`.
 *
 * @param {number} millis
 * @param {number} now
 * @param {string} [zone] another zone than the reader's
 */
export function formatMoment(millis, now, zone) {
    const options = {zone: zone || getReaderZone()};
    const moment = DateTime.fromMillis(millis, options);
    const today = DateTime.fromMillis(now, options);
    const time = moment.toFormat(localization.timeFormat.replace(/[:.]ss/, ""));
    if (moment.hasSame(today, "day")) {
        return time;
    }
    const days = Math.abs(moment.startOf("day").diff(today.startOf("day"), "days").days);
    const format = days < 6 ? "ccc" : moment.hasSame(today, "year") ? "d MMM" : "d MMM yyyy";
    return `${moment.toFormat(format)} ${time}`;
}

/**
 * Whether clocks in `zone` show another time at this moment than the reader's (E-2.7).
 *
 * @param {string|false} zone
 * @param {number} millis
 */
export function isOtherZone(zone, millis) {
    if (!zone) {
        return false;
    }
    const here = DateTime.fromMillis(millis, {zone: getReaderZone()});
    return here.setZone(zone).offset !== here.offset;
}
