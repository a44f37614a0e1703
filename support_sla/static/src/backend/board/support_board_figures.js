import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useState} from "@odoo/owl";

import {useTick} from "../support_ticker";
import {formatLength, toMillis} from "../support_time";
import {SupportBoardDoor} from "./support_board_door";
import {formatPercent, readTrend} from "./support_board_share";

const [WIDTH, HEIGHT, EDGE] = [210, 36, 3];

/**
 * The curve of the weeks' shares: points in a box of WIDTH × HEIGHT. Weeks in which nothing was judged are left out.
 * The lowest week is at the bottom, so that small differences are seen; the words beside it tell the figures.
 *
 * @param {{percent: number|null}[]} weeks
 * @returns {{points: string, last: {x: number, y: number}}|null}
 */
export function makeCurve(weeks) {
    const judged = weeks
        .map((week, index) => ({index, percent: week.percent}))
        .filter((week) => week.percent !== null);
    if (judged.length < 2) {
        return null;
    }
    const percents = judged.map((week) => week.percent);
    const [low, high] = [Math.min(...percents), Math.max(...percents)];
    const at = ({index, percent}) => {
        const x = EDGE + (index * (WIDTH - 2 * EDGE)) / (weeks.length - 1);
        const share = high > low ? (percent - low) / (high - low) : 0.5;
        return {x: Math.round(x), y: Math.round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE))};
    };
    const points = judged.map(at);
    return {points: points.map(({x, y}) => `${x},${y}`).join(" "), last: points.at(-1)};
}

/** The four figures on top. */
export class SupportBoardFigures extends Component {
    static template = "support_sla.BoardFigures";
    static components = {SupportBoardDoor};
    static props = {board: Object, clock: Object, open: Function};

    setup() {
        this.box = {width: WIDTH, height: HEIGHT};
        this.state = useState({oldest: this.oldest});
        useTick(() => {
            this.state.oldest = this.oldest;
        });
    }

    get percent() {
        return formatPercent(this.props.board.kept.percent);
    }

    get trend() {
        const {kept, period} = this.props.board;
        return readTrend(kept.trend, kept.previous, period.previous);
    }

    get keptText() {
        const {kept, period} = this.props.board;
        if (kept.percent === null) {
            return _t("nothing judged yet in %s", period.name);
        }
        return _t("%(kept)s of %(all)s promises kept in %(month)s", {
            kept: kept.kept,
            all: kept.count,
            month: period.name,
        });
    }

    get curve() {
        return makeCurve(this.props.board.kept.weeks);
    }

    get curveLabel() {
        const weeks = this.props.board.kept.weeks
            .filter((week) => week.percent !== null)
            .map((week) => `${week.label}: ${formatPercent(week.percent)}`);
        return _t("Promises kept by week: %s", weeks.join(", "));
    }

    /** How long the oldest breach lasts, as of now. */
    get oldest() {
        const since = toMillis(this.props.board.cards.oldest);
        return since === null
            ? ""
            : formatLength((this.props.clock.now() - since) / 1000).toString();
    }

    get breachedText() {
        const {oldest} = this.state.oldest ? this.state : this;
        return oldest ? _t("oldest %s", oldest) : _t("nothing is late");
    }
}
