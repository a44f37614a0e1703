import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {SupportBoardTeams} from "@support_sla/backend/board/support_board_cards";
import {SupportBoardLoad, formatHours} from "@support_reports/backend/board/support_board_load";
import {SupportBoardTrend} from "@support_reports/backend/board/support_board_trend";
import {SupportBoardWaiting} from "@support_reports/backend/board/support_board_waiting";
import {registry} from "@web/core/registry";
import {contains, makeMockEnv, mountWithCleanup} from "@web/../tests/web_test_helpers";

defineMailModels();

const NOW = "2026-03-18 08:00:00";
const door = (count, name) => ({
    count,
    name,
    model: "helpdesk.ticket",
    domain: [["name", "=", name]],
});
const row = (id, name, [opened, today, work, late], seconds) => ({
    id,
    name,
    open: door(opened, `Open: ${name}`),
    today: door(today, `Due Today: ${name}`),
    work: door(work, `Waiting for Work: ${name}`),
    late: door(late, `Will Be Late: ${name}`),
    seconds,
});

async function mountCard(Card, board) {
    mockDate("2026-03-18 08:00:00", 0);
    await makeMockEnv();
    await mountWithCleanup(Card, {
        props: {
            board: {now: NOW, ...board},
            clock: {now: () => Date.UTC(2026, 2, 18, 8)},
            open: (opened) => expect.step(opened.id ? `ticket ${opened.id}` : opened.name),
        },
    });
    await animationFrame();
}

const makeLoad = (values = {}) => ({
    load: {
        agents: [
            {
                ...row(3, "Agent 3", [11, 2, 9, 3], 9 * 3600),
                moves: [{...door(2, "Give to Agent 2: from Agent 3"), to: "Agent 2"}],
            },
            {...row(2, "Agent 2", [6, 0, 5, 0], 1.5 * 3600), moves: []},
        ],
        others: {...door(8, "Open: Other Agents"), agents: 2},
        late: door(3, "Will Be Late If Nothing Changes"),
        reasons: [
            {
                id: 7,
                number: "HT7",
                name: "Refused",
                who: "Agent 3",
                why: "2 before it, 4 h of work: begins Thu 10:00, due Wed 12:00.",
            },
        ],
        cut: false,
        ...values,
    },
});

test("the cards are on the board, the load beside what is due next", () => {
    const cards = registry.category("support_board_cards");
    const names = cards.getEntries().map(([name]) => name);
    expect(names.indexOf("load")).toBe(names.indexOf("next") + 1);
    expect(cards.get("next").width + cards.get("load").width).toBe(12);
    expect(cards.get("waiting").width + cards.get("trend").width).toBe(12);
    // an answer of a server without these figures shows no card
    expect(["load", "waiting", "trend"].map((name) => cards.get(name).isShown({}))).toEqual([
        false,
        false,
        false,
    ]);
});

test("who has how much, what will be late and whom to give it to, each a door", async () => {
    await mountCard(SupportBoardLoad, makeLoad());
    expect(formatHours(5400)).toBe("1.5 h");
    expect("tbody tr:eq(0)").toHaveText(/Agent 3/);
    expect("tbody tr:eq(0) .o_support_load_bar > span").toHaveAttribute("style", /100%/);
    expect("tbody tr:eq(1) .o_support_load_bar > span").toHaveAttribute("style", /17%/);
    await contains("tbody tr:eq(0) td:eq(0) button").click();
    await contains("tbody tr:eq(0) td:eq(2) button:contains('9.0 h')").click();
    await contains("tbody tr:eq(0) td:eq(3) button:contains('give 2 to Agent 2')").click();
    expect.verifySteps([
        "Open: Agent 3",
        "Waiting for Work: Agent 3",
        "Give to Agent 2: from Agent 3",
    ]);
    await contains("table + p button:contains('8')").click();
    expect.verifySteps(["Open: Other Agents"]);
    expect("table + p").toHaveText(/Agents not listed: 2/);
    // nothing to open is no button
    expect("tbody tr:eq(1) td:eq(3) button").toHaveCount(0);
    // the reasons unfold, by keyboard as well: it is the browser's own details
    expect("details summary").toHaveCount(1);
    await contains("details summary").click();
    expect("details li").toHaveText(/begins Thu 10:00/);
    await contains("details li button").click();
    await contains("details > p button").click();
    expect.verifySteps(["ticket 7", "Will Be Late If Nothing Changes"]);
});

test("without agents the card says who would appear", async () => {
    await mountCard(SupportBoardLoad, makeLoad({agents: [], reasons: [], late: door(0, "")}));
    expect("table").toHaveCount(0);
    expect("details").toHaveCount(0);
    expect(".o_support_load").toHaveText(/Nobody has anything open/);
});

test("the teams' table has the work left and what will be late", async () => {
    const share = {...door(0, "Kept"), percent: null, previous: null, trend: null};
    const team = {
        ...row(1, "Desk", [4, 1, 3, 2], 2 * 3600),
        provider: "Acme",
        risk: door(0, "Risk"),
        breached: door(0, "Breached"),
        kept: share,
    };
    const period = {name: "March 2026", previous: "February 2026"};
    await mountCard(SupportBoardTeams, {
        period,
        teams: [
            {...team, load: team},
            {...team, id: 2},
        ],
    });
    expect("thead th").toHaveCount(7);
    expect("tbody tr:eq(0) td").toHaveCount(6);
    await contains("tbody tr:eq(0) button:contains('2.0 h')").click();
    await contains("tbody tr:eq(0) td[data-label='Will be late'] button").click();
    expect.verifySteps(["Waiting for Work: Desk", "Will Be Late: Desk"]);
    expect("tbody tr:eq(1) td[data-label='Work left'] button").toHaveCount(0);
});

test("what is due and who waits longest, each a door", async () => {
    const waiting = (side, count, rows) => ({...door(count, side), side, rows});
    await mountCard(SupportBoardWaiting, {
        due: {today: door(3, "Due Today"), week: door(0, "Due This Week")},
        waiting: [
            waiting("provider", 2, [
                {id: 5, number: "HT5", name: "Old", who: "", since: "2026-03-17 06:00:00"},
            ]),
            waiting("customer", 0, []),
            waiting("third_party", 0, []),
        ],
    });
    expect(".o_support_waiting li").toHaveText(/1 d|26 h|2\d h/);
    expect(".o_support_waiting li").toHaveText(/nobody yet/);
    await contains(".o_support_due_figure button").click();
    await contains(".o_support_waiting h4 button").click();
    await contains(".o_support_waiting li button").click();
    expect.verifySteps(["Due Today", "provider", "ticket 5"]);
    expect(".o_support_waiting p:contains('Nothing waits here')").toHaveCount(2);
});

test("promises kept by month and by week: each column opens what it is made of", async () => {
    const share = (period, count, kept) => ({
        ...door(count, `Promises Judged: ${period}`),
        period,
        label: period.slice(0, 3),
        kept,
        late: count - kept,
        percent: count ? (100 * kept) / count : null,
    });
    await mountCard(SupportBoardTrend, {
        trend: {
            months: [share("February 2026", 0, 0), share("March 2026", 8, 6)],
            weeks: [share("Week of 16 Mar", 1, 1)],
        },
    });
    expect(".o_support_columns li").toHaveCount(2);
    expect(".o_support_columns li:eq(0) button").not.toBeEnabled();
    expect(".o_support_columns li:eq(1) button").toHaveAttribute(
        "aria-label",
        "March 2026: 75.0 %, 6 of 8 kept",
    );
    await contains(".o_support_columns li:eq(1) button").click();
    await contains(".btn-group button:contains('Weeks')").click();
    expect(".btn-group button:contains('Weeks')").toHaveAttribute("aria-pressed", "true");
    await contains(".o_support_columns li:eq(0) button").click();
    expect.verifySteps(["Promises Judged: March 2026", "Promises Judged: Week of 16 Mar"]);
});
