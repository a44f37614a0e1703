import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

import {readCountdown} from "../support_countdown_field";
import {useTick} from "../support_ticker";
import {formatLength, formatMoment, toMillis} from "../support_time";
import {SupportBoardDoor} from "./support_board_door";
import {SupportBoardShare, formatPercent} from "./support_board_share";

const {DateTime} = luxon;

const cardProps = {board: Object, clock: Object, open: Function};

/** What is due next over all queues, with a live countdown. */
export class SupportBoardNext extends Component {
    static template = "support_sla.BoardNext";
    static props = {...cardProps};

    setup() {
        this.state = useState({now: this.props.clock.now()});
        useTick(() => {
            this.state.now = this.props.clock.now();
        });
    }

    get rows() {
        const now = Math.max(this.state.now, this.props.clock.now());
        return this.props.board.next.map((row) => {
            const data = {
                due: DateTime.fromMillis(toMillis(row.due)),
                support_risk_at: row.risk && DateTime.fromMillis(toMillis(row.risk)),
            };
            const reading = readCountdown(data, "due", now);
            const due = formatMoment(toMillis(row.due), now);
            return {
                ...row,
                ...reading,
                label: _t("%(left)s, %(state)s, due %(due)s", {
                    left: reading.text,
                    state: reading.word,
                    due,
                }),
                who: row.user || _t("nobody yet"),
                promisedBy: [row.provider, row.priority].filter(Boolean).join(" "),
            };
        });
    }

    openTicket(id) {
        this.props.open({model: "helpdesk.ticket", id});
    }
}

/** Open, at risk, breached and achieved, per queue. */
export class SupportBoardTeams extends Component {
    static template = "support_sla.BoardTeams";
    static components = {SupportBoardDoor, SupportBoardShare};
    static props = {...cardProps};
}

/** Promises kept this month, per provider. */
export class SupportBoardProviders extends Component {
    static template = "support_sla.BoardProviders";
    static components = {SupportBoardDoor, SupportBoardShare};
    static props = {...cardProps};

    getCountText(share) {
        return _t("%(kept)s of %(all)s", {kept: share.kept, all: share.count});
    }
}

/** Whose turn it was in the life of the tickets closed this month. */
export class SupportBoardTime extends Component {
    static template = "support_sla.BoardTime";
    static components = {SupportBoardDoor};
    static props = {...cardProps};

    get shares() {
        const {seconds} = this.props.board.time;
        const names = {
            provider: _t("us"),
            customer: _t("customer"),
            third_party: _t("third party"),
        };
        const total = Object.values(seconds).reduce((sum, length) => sum + length, 0);
        return Object.entries(names)
            .filter(([side]) => total && seconds[side])
            .map(([side, name]) => {
                const percent = (100 * seconds[side]) / total;
                return {
                    side,
                    name,
                    percent,
                    text: _t("%(side)s %(percent)s", {
                        side: name,
                        percent: formatPercent(percent, 0),
                    }),
                    length: formatLength(seconds[side]),
                };
            });
    }

    get label() {
        return this.shares.map((share) => share.text).join(", ");
    }
}

registry
    .category("support_board_cards")
    .add("next", {Component: SupportBoardNext, width: 12}, {sequence: 20})
    .add("teams", {Component: SupportBoardTeams, width: 12}, {sequence: 30})
    .add("providers", {Component: SupportBoardProviders, width: 6}, {sequence: 40})
    .add("time", {Component: SupportBoardTime, width: 6}, {sequence: 50});
