import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useState,
} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {formatMoment, toMillis} from "../support_time";
import {SupportBoardDoor} from "./support_board_door";
import {SupportBoardFigures} from "./support_board_figures";

const {DateTime} = luxon;

/** How often the figures are read again while somebody looks; countdowns tick by themselves. */
export const REFRESH = 60000;

/**
 * The manager's view of the desk (E-8). It only lays out what `support.board.get_board` answers; cards come from the
 * registry `support_board_cards`, so that other addons add theirs:
 *
 *     registry.category("support_board_cards").add("load", {Component: LoadCard, width: 4}, {sequence: 25});
 *
 * `width` is in twelfths of a wide screen; a card gets `board` (the answer), `clock` (its `now()` is the server's,
 * in milliseconds) and `open(door)`. Optional `isShown(board)`.
 */
export class SupportBoard extends Component {
    static template = "support_sla.Board";
    static components = {ControlPanel, SupportBoardDoor, SupportBoardFigures};
    static props = {...standardActionServiceProps};
    static displayName = _t("Board");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        const kept = this.props.state?.filters || {};
        this.state = useState({
            board: null,
            providerId: kept.providerId || false,
            teamId: kept.teamId || false,
            loading: false,
            stale: false,
        });
        this.controlPanelDisplay = {};
        this.correction = 0;
        this.asked = 0;
        this.clock = {now: () => DateTime.now().toMillis() + this.correction};
        this.open = this.open.bind(this);
        let timer = null;
        onWillStart(() => this.load());
        onMounted(() => {
            timer = browser.setInterval(() => this.refresh(), REFRESH);
        });
        onWillUnmount(() => browser.clearInterval(timer));
        // nobody looks at a hidden page: it asks nothing, and once when it is looked at again
        useExternalListener(document, "visibilitychange", () => {
            if (!document.hidden && this.clock.now() - toMillis(this.state.board.now) >= REFRESH) {
                this.refresh();
            }
        });
        useSetupAction({
            getLocalState: () => ({
                filters: {providerId: this.state.providerId, teamId: this.state.teamId},
            }),
        });
    }

    get cards() {
        return registry
            .category("support_board_cards")
            .getEntries()
            .map(([name, card]) => ({name, width: 12, ...card}))
            .filter((card) => !card.isShown || card.isShown(this.state.board));
    }

    /** The teams to choose from: those of the chosen provider. */
    get teams() {
        const {providerId, board} = this.state;
        return board.filters.teams.filter((team) => !providerId || team.provider_id === providerId);
    }

    get readAt() {
        const moment = toMillis(this.state.board.now);
        return _t("As of %s", formatMoment(moment, this.clock.now()));
    }

    async load() {
        const asked = ++this.asked;
        const {providerId, teamId} = this.state;
        const board = await this.orm.silent.call("support.board", "get_board", [
            providerId,
            teamId,
        ]);
        // an answer that was overtaken by a later question is not shown
        if (asked === this.asked) {
            this.correction = toMillis(board.now) - DateTime.now().toMillis();
            this.state.board = board;
            this.state.stale = false;
        }
    }

    /** Read the figures again, unless nobody looks. A failure leaves the old ones, marked as such. */
    async refresh() {
        if (document.hidden || this.state.loading) {
            return;
        }
        this.state.loading = true;
        try {
            await this.load();
        } catch {
            this.state.stale = true;
        } finally {
            this.state.loading = false;
        }
    }

    async choose(name, value) {
        this.state[name] = Number(value) || false;
        if (name === "providerId" && !this.teams.some((team) => team.id === this.state.teamId)) {
            this.state.teamId = false;
        }
        this.state.loading = false;
        await this.refresh();
    }

    /**
     * Show the records that a figure counts; the browser's and the breadcrumb's way back lead here again.
     *
     * @param {Object} door `{name, model, domain}` or `{model, id}`
     */
    open(door) {
        if (door.id) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: door.model,
                res_id: door.id,
                views: [[false, "form"]],
            });
        }
        const views = [
            [false, "list"],
            [false, "form"],
        ];
        if (door.model === "helpdesk.ticket") {
            views.splice(1, 0, [false, "kanban"]);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: door.name,
            res_model: door.model,
            domain: door.domain,
            views,
            context: {active_test: false},
        });
    }

    openEmpty() {
        this.action.doAction(this.state.board.empty.action);
    }
}

registry.category("actions").add("support_sla.board", SupportBoard);
