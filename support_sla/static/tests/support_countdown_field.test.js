import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {advanceTime, mockDate} from "@odoo/hoot-mock";
import {isTicking, subscribe} from "@support_sla/backend/support_ticker";
import {formatCountdown, formatLength, formatMoment} from "@support_sla/backend/support_time";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    support_next_due = fields.Datetime();
    support_risk_at = fields.Datetime();
    support_sla_state = fields.Selection({
        selection: [
            ["running", "On time"],
            ["paused", "Paused"],
            ["to_agree", "To be agreed"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "near",
            support_next_due: "2026-03-10 12:12:41",
            support_risk_at: "2026-03-10 12:00:10",
            support_sla_state: "running",
        },
        {
            id: 2,
            name: "late",
            support_next_due: "2026-03-10 11:48:00",
            support_sla_state: "running",
        },
        {id: 3, name: "paused", support_sla_state: "paused"},
        {id: 4, name: "plain"},
        {id: 5, name: "open", support_sla_state: "to_agree"},
    ];
}

defineModels([HelpdeskTicket]);
defineMailModels();

const LIST = `
    <list>
        <field name="name"/>
        <field name="support_sla_state" column_invisible="1"/>
        <field name="support_risk_at" column_invisible="1"/>
        <field name="support_next_due" widget="support_countdown"/>
    </list>`;

test("what is left is told at a glance", async () => {
    await makeMockEnv();
    const told = [
        [0, "0:00"],
        [59.9, "0:59"],
        [12 * 60 + 41, "12:41"],
        [3600, "1 h 00"],
        [2 * 3600 + 5 * 60 + 59, "2 h 05"],
        [47 * 3600 + 59 * 60, "47 h 59"],
        [3 * 86400 + 5, "3 d"],
        [-30, "−30 s"],
        [-12 * 60, "−12 min"],
        [-(2 * 3600 + 5 * 60), "−2 h 05"],
        [-3 * 86400, "−3 d"],
    ];
    for (const [seconds, text] of told) {
        expect(formatCountdown(seconds)).toBe(text);
    }
    expect(formatLength(3600)).toBe("1 h");
    expect(formatLength(21 * 60 + 59)).toBe("21 min");
});

test("a moment says as much of its date as is needed", async () => {
    await makeMockEnv();
    mockDate("2026-03-10 12:00:00", 0);
    const now = Date.UTC(2026, 2, 10, 12);
    expect(formatMoment(Date.UTC(2026, 2, 10, 15, 30), now, "UTC")).toBe("15:30");
    expect(formatMoment(Date.UTC(2026, 2, 12, 9), now, "UTC")).toBe("Thu 09:00");
    expect(formatMoment(Date.UTC(2026, 3, 12, 9), now, "Europe/Moscow")).toBe("12 Apr 12:00");
    expect(formatMoment(Date.UTC(2027, 0, 1, 9), now, "UTC")).toBe("1 Jan 2027 09:00");
});

test("one timer serves the page and ends with its last listener", async () => {
    let ticks = 0;
    const first = subscribe(() => ticks++);
    const second = subscribe(() => ticks++);
    expect(isTicking()).toBe(true);
    await advanceTime(3000);
    expect(ticks).toBe(6);
    first();
    expect(isTicking()).toBe(true);
    second();
    expect(isTicking()).toBe(false);
    await advanceTime(3000);
    expect(ticks).toBe(6);
});

test.tags("desktop");
test("countdowns of a list tick, change their tone and ask the server nothing", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    onRpc(({method}) => {
        expect.step(method);
    });
    await mountView({type: "list", resModel: "helpdesk.ticket", arch: LIST});
    expect.verifySteps(["get_views", "web_search_read", "has_group"]);
    const texts = ".o_support_countdown_text";
    // the mocked clock goes on while the view is made
    expect(`${texts}:eq(0)`).toHaveText(/^12:(41|40|39)$/);
    expect(".o_support_countdown:eq(0)").toHaveClass("o_support_tone_calm");
    expect(`${texts}:eq(1)`).toHaveText("−12 min");
    expect(".o_support_countdown:eq(1)").toHaveClass("o_support_tone_danger");
    expect(".o_support_countdown:eq(1)").toHaveAttribute("aria-label", /−12 min.*overdue/);
    expect(`${texts}:eq(2)`).toHaveText("paused");
    expect(`${texts}:eq(3)`).toHaveText("to be agreed");
    expect(".o_support_countdown").toHaveCount(4);
    await advanceTime(11000);
    expect(`${texts}:eq(0)`).toHaveText(/^12:(30|29|28)$/);
    // colour and sign change together (E-8)
    expect(".o_support_countdown:eq(0)").toHaveClass("o_support_tone_warning");
    expect(".o_support_countdown:eq(0) .fa").toHaveClass("fa-hourglass-half");
    expect.verifySteps([]);
});

test.tags("desktop");
test("leaving the list stops the timer", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    await mountView({
        type: "list",
        resModel: "helpdesk.ticket",
        arch: LIST,
        groupBy: ["support_sla_state"],
    });
    expect(isTicking()).toBe(false);
    await contains(".o_group_header:contains(Paused)").click();
    expect(isTicking()).toBe(true);
    await contains(".o_group_header:contains(Paused)").click();
    expect(isTicking()).toBe(false);
});
