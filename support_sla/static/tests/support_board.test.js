import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {SupportBoard} from "@support_sla/backend/board/support_board";
import {makeCurve} from "@support_sla/backend/board/support_board_figures";
import {formatPercent, readTrend} from "@support_sla/backend/board/support_board_share";
import {Component, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {getDefaultConfig} from "@web/views/view";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

defineMailModels();

const door = (count, name, extra = {}) => ({
    count,
    name,
    model: "helpdesk.ticket",
    domain: [["name", "=", name]],
    ...extra,
});
const share = (kept, count, percent, previous, extra = {}) => ({
    ...door(count, "Judged"),
    model: "support.clock",
    kept,
    late: door(count - kept, "Missed"),
    excused: door(0, "Excluded"),
    percent,
    previous,
    trend: previous === null ? null : percent - previous,
    ...extra,
});

function makeBoard(values = {}) {
    return {
        now: "2026-03-10 12:00:00",
        period: {name: "March 2026", previous: "February 2026", zone: "UTC", start: "", stop: ""},
        filters: {
            provider_id: false,
            team_id: false,
            providers: [
                {id: 1, name: "Acme"},
                {id: 2, name: "Bolt"},
            ],
            teams: [
                {id: 11, name: "Acme Desk", provider_id: 1},
                {id: 12, name: "Acme Nights", provider_id: 1},
                {id: 21, name: "Bolt Desk", provider_id: 2},
            ],
        },
        empty: false,
        cards: {
            open: door(41, "Open"),
            breached: door(3, "Breached and Open"),
            soon: door(7, "Due Within the Hour"),
            risk: door(2, "At Risk"),
            customer: door(12, "Waiting for the Customer"),
            others: door(0, "Waiting for Others"),
            oldest: "2026-03-10 09:50:00",
        },
        kept: share(27, 28, 96.4, 94.6, {
            weeks: [
                {label: "1 Feb", kept: 1, late: 1, percent: 50},
                {label: "8 Feb", kept: 0, late: 0, percent: null},
                {label: "15 Feb", kept: 2, late: 0, percent: 100},
            ],
        }),
        teams: [
            {
                id: 11,
                name: "Acme Desk",
                provider: "Acme",
                open: door(5, "Open: Acme Desk"),
                risk: door(0, "At Risk: Acme Desk"),
                breached: door(1, "Breached: Acme Desk"),
                kept: share(9, 10, 90, 95),
            },
        ],
        providers: [{id: 1, name: "Acme", kept: share(9, 10, 90, null)}],
        next: [
            {
                id: 5,
                number: "HT5",
                name: "Refused",
                due: "2026-03-10 12:12:41",
                risk: "2026-03-10 12:00:10",
                metric: "Resolution",
                provider: "Acme",
                priority: "P1",
                team: "Acme Desk",
                user: "",
            },
        ],
        time: {
            ...door(4, "Closed This Month"),
            seconds: {provider: 4600, customer: 3800, third_party: 1600},
        },
        ...values,
    };
}

async function mountBoard() {
    mockService("action", {
        doAction(action) {
            expect.step(["action", action.res_model || action, action.domain || action.res_id]);
        },
    });
    await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(SupportBoard, {props: {action: {}}});
    await animationFrame();
}

test("a share and its change are told in numbers, signs and words", async () => {
    await makeMockEnv();
    expect(formatPercent(96.4)).toBe("96.4 %");
    expect(formatPercent(null)).toBe("–");
    expect(readTrend(null, null, "May")).toBe(null);
    expect(readTrend(1.8, 94.6, "May")).toEqual({
        sign: "▲",
        text: "1.8",
        tone: "success",
        label: "1.8 points more than in May (94.6 %)",
    });
    expect(readTrend(-5, 95, "May").sign).toBe("▼");
    expect(readTrend(0, 95, "May").label.toString()).toBe("as in May (95.0 %)");
});

test("the curve leaves out weeks in which nothing was judged", () => {
    expect(makeCurve([{percent: null}, {percent: 90}])).toBe(null);
    const curve = makeCurve([{percent: 50}, {percent: null}, {percent: 100}]);
    expect(curve.points).toBe("3,33 207,3");
    expect(curve.last).toEqual({x: 207, y: 3});
    expect(makeCurve([{percent: 80}, {percent: 80}]).points).toBe("3,18 207,18");
});

test.tags("desktop");
test("every figure is a door to what it counts", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    onRpc("support.board", "get_board", () => makeBoard());
    await mountBoard();
    expect(".o_support_figure:eq(0) .o_support_big").toHaveText("96.4 %");
    expect(".o_support_figure:eq(0)").toHaveText(/27 of 28 promises kept in March 2026/);
    expect(".o_support_curve").toHaveAttribute("aria-label", /1 Feb: 50.0 %, 15 Feb: 100.0 %/);
    expect(".o_support_figure:eq(1)").toHaveText(/oldest 2 h 10/);
    await contains(".o_support_figure:eq(1) .o_support_big button").click();
    await contains("section[aria-label=Teams] td:eq(0) button").click();
    await contains("section[aria-label='Next due'] button").click();
    await contains("section[aria-label='Where time goes'] button").click();
    expect.verifySteps([
        ["action", "helpdesk.ticket", [["name", "=", "Breached and Open"]]],
        ["action", "helpdesk.ticket", [["name", "=", "Open: Acme Desk"]]],
        ["action", "helpdesk.ticket", 5],
        ["action", "helpdesk.ticket", [["name", "=", "Closed This Month"]]],
    ]);
    // nothing to open is no button
    expect("section[aria-label=Teams] td:eq(1) button").toHaveCount(0);
    expect(".o_support_time").toHaveAttribute(
        "aria-label",
        "us 46 %, customer 38 %, third party 16 %",
    );
});

test.tags("desktop");
test("countdowns tick without asking; figures are read again every minute while somebody looks", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    onRpc("support.board", "get_board", ({args}) => {
        expect.step(["get_board", ...args]);
        return makeBoard();
    });
    let hidden = false;
    patchWithCleanup(document, {
        get hidden() {
            return hidden;
        },
    });
    await mountBoard();
    expect.verifySteps([["get_board", false, false]]);
    expect(".o_support_countdown_text").toHaveText(/^12:(41|40|39)$/);
    expect(".o_support_countdown").toHaveClass("o_support_tone_calm");
    await advanceTime(20000);
    expect(".o_support_countdown_text").toHaveText(/^12:(21|20|19|18)$/);
    expect(".o_support_countdown").toHaveClass("o_support_tone_warning");
    expect.verifySteps([]);
    await advanceTime(41000);
    expect.verifySteps([["get_board", false, false]]);
    hidden = true;
    await advanceTime(300000);
    expect.verifySteps([]);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect.verifySteps([["get_board", false, false]]);
});

test.tags("desktop");
test("the filters ask for a provider and its teams; a failure keeps what was read", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    let broken = false;
    onRpc("support.board", "get_board", ({args}) => {
        expect.step(args);
        if (broken) {
            throw new Error("away");
        }
        return makeBoard();
    });
    await mountBoard();
    await contains("select[name=provider]").select("1");
    expect("select[name=team] option").toHaveCount(3);
    await contains("select[name=team]").select("12");
    await contains("select[name=provider]").select("2");
    expect.verifySteps([
        [false, false],
        [1, false],
        [1, 12],
        [2, false],
    ]);
    broken = true;
    await contains(".o_support_board_refresh").click();
    expect.verifySteps([[2, false]]);
    expect(".o_support_board_read").toHaveText(/not refreshed/);
    expect(".o_support_figure:eq(0) .o_support_big").toHaveText("96.4 %");
});

test.tags("desktop");
test("an empty board says what to do first and leads there", async () => {
    const empty = {
        code: "provider",
        title: "No support provider yet",
        text: "A provider is …",
        button: "Add a Provider",
        action: "support_sla.support_provider_action",
    };
    onRpc("support.board", "get_board", () => makeBoard({empty}));
    await mountBoard();
    expect(".o_support_figure").toHaveCount(0);
    expect(".o_support_board_empty h2").toHaveText("No support provider yet");
    await contains(".o_support_board_empty button").click();
    expect.verifySteps([["action", "support_sla.support_provider_action", undefined]]);
});

test.tags("desktop");
test("an addon adds a card through the registry", async () => {
    class Load extends Component {
        static template = xml`<section class="o_test_load"><t t-esc="props.board.load"/></section>`;
        static props = ["*"];
    }
    registry
        .category("support_board_cards")
        .add("load", {Component: Load, width: 4, isShown: (board) => board.load}, {sequence: 25});
    onRpc("support.board", "get_board", () => makeBoard({load: "9 open"}));
    await mountBoard();
    expect(".col-lg-4 .o_test_load").toHaveText("9 open");
    registry.category("support_board_cards").remove("load");
});
