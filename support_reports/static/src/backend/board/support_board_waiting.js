import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {SupportBoardDoor} from "@support_sla/backend/board/support_board_door";
import {useTick} from "@support_sla/backend/support_ticker";
import {formatLength, toMillis} from "@support_sla/backend/support_time";

/** What is due today and this week, and who waits longest: for us, for the customer, for others. */
export class SupportBoardWaiting extends Component {
    static template = "support_reports.BoardWaiting";
    static components = {SupportBoardDoor};
    static props = {board: Object, clock: Object, open: Function};

    setup() {
        this.state = useState({minute: this.minute});
        useTick(() => {
            this.state.minute = this.minute;
        });
    }

    get minute() {
        return Math.floor(this.props.clock.now() / 60000);
    }

    get sides() {
        const now = Math.max(this.state.minute, this.minute) * 60000;
        const names = {
            provider: _t("for us"),
            customer: _t("for the customer"),
            third_party: _t("for others"),
        };
        return this.props.board.waiting.map((side) => ({
            side: side.side,
            door: side,
            title: names[side.side],
            rows: side.rows.map((row) => ({
                ...row,
                length: formatLength(Math.max(now - toMillis(row.since), 0) / 1000).toString(),
                who: row.who || _t("nobody yet"),
            })),
        }));
    }

    openTicket(id) {
        this.props.open({model: "helpdesk.ticket", id});
    }
}

registry.category("support_board_cards").add(
    "waiting",
    {
        Component: SupportBoardWaiting,
        width: 7,
        isShown: (board) => Boolean(board.waiting && board.due),
    },
    {sequence: 24},
);
