import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, mockDate} from "@odoo/hoot-mock";
import {makeAxis, makePieces, makeTurns} from "@support_sla/backend/support_panel_layout";
import {toMillis} from "@support_sla/backend/support_time";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const NOW = "2026-03-10 09:30:00";

function makeClock(values) {
    return {
        key: "1-0-0",
        metric: "resolution",
        label: "Resolution",
        promise: "60 min, around the clock",
        state: "running",
        hold: false,
        breached: false,
        badge: "running",
        tone: "info",
        start: "2026-03-10 09:00:00",
        due: "2026-03-10 10:08:00",
        warn: "2026-03-10 09:53:00",
        stopped: false,
        remaining: 2280,
        counted: 1320,
        budget: 3600,
        overrun: null,
        reasons: [],
        segments: [
            {start: "2026-03-10 09:00:00", stop: "2026-03-10 09:17:00", kind: "counted", label: ""},
            {
                start: "2026-03-10 09:17:00",
                stop: "2026-03-10 09:25:00",
                kind: "paused",
                label: "customer",
            },
            {start: "2026-03-10 09:25:00", stop: "2026-03-10 10:08:00", kind: "counted", label: ""},
        ],
        explain: ["The promise is 60 min.", "8 min do not count."],
        ...values,
    };
}

function makePanel(values) {
    return {
        now: NOW,
        provider: {name: "Northpay", tz: "UTC"},
        next: "1-0-0",
        notice: "",
        turn: {
            whose: "provider",
            label: "Northpay",
            since: "2026-03-10 09:25:00",
            spans: [
                {
                    side: "provider",
                    label: "Northpay",
                    start: "2026-03-10 09:00:00",
                    stop: "2026-03-10 09:17:00",
                },
                {
                    side: "customer",
                    label: "customer",
                    start: "2026-03-10 09:17:00",
                    stop: "2026-03-10 09:25:00",
                },
                {side: "provider", label: "Northpay", start: "2026-03-10 09:25:00", stop: false},
            ],
        },
        clocks: [makeClock()],
        policy: {name: "Standard, version 3", why: "Provider, priority match."},
        escalation: {
            chain: "Missed",
            escalated: false,
            by: false,
            at: false,
            acknowledged_by: false,
            acknowledged_at: false,
            refusal: "",
            steps: [
                {
                    name: "Desk",
                    role: "Service desk",
                    when: "at once",
                    people: ["Agnes"],
                    empty: false,
                    fired: false,
                },
                {
                    name: "Board",
                    role: "Chief",
                    when: "30 min after",
                    people: [],
                    empty: true,
                    fired: false,
                },
            ],
        },
        ...values,
    };
}

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    support_panel = fields.Json();

    _records = [{id: 1}];
}

defineModels([HelpdeskTicket]);
defineMailModels();

async function mountPanel(panel) {
    // the mock server keeps JSON as text, the real one answers with the object
    onRpc("helpdesk.ticket", "web_read", () => [{id: 1, support_panel: panel}]);
    onRpc("res.users", "has_group", () => true);
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        arch: `<form><field name="support_panel" widget="support_panel" nolabel="1" readonly="1"/></form>`,
    });
}

test("past and future share the axis, neither shrinks to nothing", () => {
    const clocks = [makeClock({start: "2026-03-01 09:00:00"})];
    const axis = makeAxis(clocks, toMillis(NOW));
    expect(axis.at(axis.start)).toBe(0);
    expect(axis.at(axis.stop)).toBe(100);
    expect(axis.now).toBe(75);
    const even = makeAxis([makeClock()], toMillis("2026-03-10 09:34:00"));
    expect(even.now).toBe(50);
});

test("nights and weekends are folded, so that opening time fills the axis", () => {
    // Friday 16:30 – Monday 08:30, of which an hour counts
    const clock = makeClock({
        start: "2026-03-06 16:30:00",
        due: "2026-03-09 08:30:00",
        segments: [
            {start: "2026-03-06 16:30:00", stop: "2026-03-06 17:00:00", kind: "counted", label: ""},
            {
                start: "2026-03-06 17:00:00",
                stop: "2026-03-09 08:00:00",
                kind: "closed",
                label: "weekend",
            },
            {start: "2026-03-09 08:00:00", stop: "2026-03-09 08:30:00", kind: "counted", label: ""},
        ],
    });
    const saturday = toMillis("2026-03-07 12:00:00");
    const axis = makeAxis([clock], saturday);
    expect(axis.folds.map(({left, width, labels}) => ({left, width, labels}))).toEqual([
        {left: 48, width: 4, labels: ["weekend"]},
    ]);
    expect(axis.at(axis.start)).toBe(0);
    expect(axis.at(axis.stop)).toBe(100);
    expect(axis.now).toBeWithin(48, 52);
    // every moment keeps its order
    const positions = [];
    for (let moment = axis.start; moment <= axis.stop; moment += 15 * 60000) {
        positions.push(axis.at(moment));
    }
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const pieces = makePieces(clock, axis, saturday, saturday);
    expect(pieces.map((piece) => [piece.kind, piece.width])).toEqual([
        ["counted", 48],
        ["closed", 4],
        ["ahead", 48],
    ]);
});

test("what one promise counts is folded for none", () => {
    const closed = {
        start: "2026-03-10 09:30:00",
        stop: "2026-03-10 10:00:00",
        kind: "closed",
        label: "break",
    };
    const shut = makeClock({segments: [closed]});
    const now = toMillis(NOW);
    expect(makeAxis([shut], now).folds).toHaveLength(1);
    expect(makeAxis([shut, makeClock()], now).folds).toHaveLength(0);
    // a pause takes nothing away from what is closed anyway
    const paused = makeClock({segments: [{...closed, kind: "paused", label: "customer"}]});
    expect(makeAxis([shut, paused], now).folds).toHaveLength(1);
    expect(makeAxis([paused], now).folds).toHaveLength(0);
});

test("folded time and pauses are told in words as well", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    const clock = makeClock();
    clock.segments.push({
        start: "2026-03-10 10:08:00",
        stop: "2026-03-10 18:00:00",
        kind: "closed",
        label: "night",
    });
    clock.due = "2026-03-10 18:05:00";
    await mountPanel(makePanel({clocks: [clock]}));
    expect(".o_support_bar").toHaveAttribute("aria-label", /paused 09:17 – 09:25: customer/);
    expect(".o_support_bar .o_support_fold").toHaveCount(1);
    expect(".o_support_bar .o_support_fold").toHaveAttribute(
        "data-tooltip",
        "closed 10:08 – 18:00 (night)",
    );
    expect(".o_support_legend").toHaveText(/closed\s*paused/);
    expect(".o_support_turn_words:eq(0)").toHaveText(/Northpay 17 min/);
});

test("a bar is made of what ran, what stood still and what is to come", () => {
    const now = toMillis(NOW);
    const clock = makeClock();
    const pieces = makePieces(clock, makeAxis([clock], now), now, now);
    expect(pieces.map((piece) => piece.kind)).toEqual(["counted", "paused", "counted", "ahead"]);
    const late = toMillis("2026-03-10 10:20:00");
    const overdue = makePieces(
        clock,
        makeAxis([clock], late),
        late,
        toMillis("2026-03-10 10:08:00"),
    );
    expect(overdue.at(-1).kind).toBe("over");
});

test("the whose-turn bar adds up to the ticket's life", async () => {
    await makeMockEnv();
    const {spans, totals} = makeTurns(makePanel().turn, toMillis(NOW));
    expect(Math.round(spans.reduce((sum, span) => sum + span.width, 0))).toBe(100);
    expect(totals.map((total) => total.text)).toEqual(["22 min", "8 min"]);
});

test("one glance: what is next, in how long, whose turn, who is told", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    await mountPanel(makePanel());
    // the mocked clock goes on while the view is made
    expect(".o_support_headline").toHaveText(/^next:\s*(38:00|37:5\d)\s*Resolution by 10:08$/);
    expect(".o_support_clock .o_support_remaining").toHaveText(/^(38:00|37:5\d) left$/);
    expect(".o_support_clock .o_support_badge").toHaveText("running");
    expect(".o_support_turn").toHaveText(/Whose turn:\s*Northpay\s*since 09:25/);
    expect(".o_support_hole").toHaveText("nobody");
    expect(queryAllTexts(".o_support_steps li")[0]).toMatch(
        /^at once:\s*Service desk\s*\(Agnes\)$/,
    );
    await advanceTime(20000);
    expect(".o_support_clock .o_support_remaining").toHaveText(/^37:(40|3\d) left$/);
});

test("the browser's wrong clock is corrected by the server's", async () => {
    mockDate("2026-03-10 08:00:00", 0);
    await mountPanel(makePanel());
    expect(".o_support_headline strong").toHaveText(/^(38:00|37:5\d)$/);
});

test("state follows the time without asking the server", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    await mountPanel(makePanel());
    await advanceTime(24 * 60 * 1000);
    expect(".o_support_clock .o_support_badge").toHaveText("due soon");
    await advanceTime(20 * 60 * 1000);
    expect(".o_support_clock .o_support_badge").toHaveText("overdue");
    expect(".o_support_headline").toHaveText(/^overdue:\s*−\d+ min\s*Resolution was due 10:08$/);
});

test("why unfolds and folds under its bar", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    await mountPanel(makePanel());
    expect(".o_support_explain").toHaveCount(0);
    expect(".o_support_why").toHaveAttribute("aria-expanded", "false");
    await contains(".o_support_why").click();
    expect(".o_support_explain li").toHaveCount(2);
    expect(".o_support_why").toHaveAttribute("aria-expanded", "true");
    await contains(".o_support_why").click();
    expect(".o_support_explain").toHaveCount(0);
});

test("of a long chain the next step and the holes are told, the rest unfolds", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    const panel = makePanel();
    const step = (role, values) => ({...panel.escalation.steps[0], role, ...values});
    panel.escalation.steps = [
        step("Desk", {fired: "2026-03-10 09:10:00"}),
        step("Lead"),
        step("Head"),
        step("Chief", {people: [], empty: true}),
    ];
    await mountPanel(panel);
    const roles = ".o_support_steps li .fw-bold";
    expect(queryAllTexts(roles)).toEqual(["Lead", "Chief"]);
    expect(".o_support_all_steps").toHaveText("all 4 steps");
    expect(".o_support_all_steps").toHaveAttribute("aria-expanded", "false");
    await contains(".o_support_all_steps").click();
    expect(queryAllTexts(roles)).toEqual(["Desk", "Lead", "Head", "Chief"]);
    expect(".o_support_all_steps").toHaveAttribute("aria-expanded", "true");
});

test("without a policy it says what to do", async () => {
    mockDate("2026-03-10 09:30:00", 0);
    await mountPanel(
        makePanel({clocks: [], next: false, policy: {name: false, why: "No policy matches."}}),
    );
    expect(".o_support_no_policy").toHaveText(/No policy matches\..*Choose another priority/s);
    expect(".o_support_clock").toHaveCount(0);
});
