import {Component} from "@odoo/owl";
import {localization} from "@web/core/l10n/localization";
import {_t} from "@web/core/l10n/translation";

import {SupportBoardDoor} from "./support_board_door";

/**
 * @param {number} value
 * @param {number} [digits]
 */
export function formatNumber(value, digits = 1) {
    return value.toFixed(digits).replace(".", localization.decimalPoint);
}

/**
 * @param {number|null} percent
 * @param {number} [digits]
 */
export function formatPercent(percent, digits = 1) {
    return percent === null ? "–" : _t("%s %%", formatNumber(percent, digits)).toString();
}

/**
 * How a share changed, in a sign, a word and a number: never by colour alone.
 *
 * @param {number|null} trend percentage points
 * @returns {{sign: string, text: string, label: string, tone: string}|null}
 */
export function readTrend(trend, previous, month) {
    if (trend === null) {
        return null;
    }
    const values = {
        points: formatNumber(Math.abs(trend)),
        month,
        before: formatPercent(previous),
    };
    if (trend > 0) {
        return {
            sign: "▲",
            text: values.points,
            tone: "success",
            label: _t("%(points)s points more than in %(month)s (%(before)s)", values),
        };
    }
    if (trend < 0) {
        return {
            sign: "▼",
            text: values.points,
            tone: "danger",
            label: _t("%(points)s points less than in %(month)s (%(before)s)", values),
        };
    }
    return {
        sign: "=",
        text: "",
        tone: "muted",
        label: _t("as in %(month)s (%(before)s)", values),
    };
}

/** Promises kept, in percent, with the change since last month. */
export class SupportBoardShare extends Component {
    static template = "support_sla.BoardShare";
    static components = {SupportBoardDoor};
    static props = {share: Object, month: String, open: Function};

    get text() {
        return formatPercent(this.props.share.percent);
    }

    get trend() {
        const {share, month} = this.props;
        return readTrend(share.trend, share.previous, month);
    }
}
