import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {SupportBoardNext} from "@support_sla/backend/board/support_board_cards";
import {SupportBoardDoor} from "@support_sla/backend/board/support_board_door";
import {formatNumber} from "@support_sla/backend/board/support_board_share";

/**
 * Working time, in hours: days would be ambiguous.
 *
 * @param {number} seconds
 */
export function formatHours(seconds) {
    return _t("%s h", formatNumber(seconds / 3600)).toString();
}

/** Who has how much to do, what will be late if nothing changes, and what would help. */
export class SupportBoardLoad extends Component {
    static template = "support_reports.BoardLoad";
    static components = {SupportBoardDoor};
    static props = {board: Object, clock: Object, open: Function};

    get agents() {
        const {agents} = this.props.board.load;
        const most = Math.max(...agents.map((agent) => agent.seconds), 1);
        return agents.map((agent) => ({
            ...agent,
            share: Math.round((100 * agent.seconds) / most),
            hours: formatHours(agent.seconds),
        }));
    }

    get reasons() {
        return this.props.board.load.reasons;
    }

    get othersText() {
        return _t("Agents not listed: %s. Open with them:", this.props.board.load.others.agents);
    }

    /** @param {Object} move */
    getMoveText(move) {
        return _t("give %(count)s to %(agent)s", {count: move.count, agent: move.to});
    }

    openTicket(id) {
        this.props.open({model: "helpdesk.ticket", id});
    }
}

registry
    .category("support_board_cards")
    // beside what is due next: who is to do it
    .add("next", {Component: SupportBoardNext, width: 7}, {sequence: 20, force: true})
    .add(
        "load",
        {Component: SupportBoardLoad, width: 5, isShown: (board) => Boolean(board.load)},
        {sequence: 22},
    );
