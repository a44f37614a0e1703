import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {SupportBoardDoor} from "@support_sla/backend/board/support_board_door";
import {formatNumber, formatPercent} from "@support_sla/backend/board/support_board_share";

/** Promises kept by month or week: every column opens the promises it is made of. */
export class SupportBoardTrend extends Component {
    static template = "support_reports.BoardTrend";
    static components = {SupportBoardDoor};
    static props = {board: Object, clock: Object, open: Function};

    setup() {
        this.state = useState({step: "months"});
        this.steps = [
            {step: "months", name: _t("Months")},
            {step: "weeks", name: _t("Weeks")},
        ];
    }

    get columns() {
        return this.props.board.trend[this.state.step].map((share) => ({
            ...share,
            text: share.percent === null ? "–" : formatNumber(share.percent, 0),
            height: share.percent === null ? 0 : Math.max(share.percent, 1),
            title:
                share.percent === null
                    ? _t("%(period)s: nothing judged", {period: share.period})
                    : _t("%(period)s: %(percent)s, %(kept)s of %(all)s kept", {
                          period: share.period,
                          percent: formatPercent(share.percent),
                          kept: share.kept,
                          all: share.count,
                      }),
        }));
    }

    get isEmpty() {
        return this.columns.every((column) => column.percent === null);
    }
}

registry
    .category("support_board_cards")
    .add(
        "trend",
        {Component: SupportBoardTrend, width: 5, isShown: (board) => Boolean(board.trend)},
        {sequence: 26},
    );
