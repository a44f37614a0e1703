import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {click} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {readPicture} from "@support_sla/backend/support_calendar_picture_field";
import {POLL} from "@support_sla/backend/support_progress_field";
import {
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

/** A week from Monday 14 December 2026 on, with a holiday on Friday. */
function paint(first = "2026-12-14") {
    const kinds = ["usual", "usual", "changed", "usual", "closed", "off", "off"];
    const monday = luxon.DateTime.fromISO(first);
    return {
        zone: "Europe/London",
        today: "2026-12-15",
        days: kinds.map((kind, index) => ({
            day: monday.plus({days: index}).toISODate(),
            openings:
                kind === "closed" || kind === "off"
                    ? []
                    : [[32400, kind === "changed" ? 43200 : 61200]],
            kind,
            label: {changed: "Fair", closed: "Founder's Day"}[kind] || "",
        })),
    };
}

class ResourceCalendar extends models.Model {
    _name = "resource.calendar";

    name = fields.Char();
    support_picture = fields.Json();

    _records = [{id: 1, name: "Office", support_picture: paint()}];
}

class SupportRecompute extends models.Model {
    _name = "support.recompute";

    state = fields.Char();
    progress = fields.Float();

    _records = [{id: 1, state: "running", progress: 25}];
}

defineModels([ResourceCalendar, SupportRecompute]);
defineMailModels();

test("a week is read as a row of days, each with its words", async () => {
    mockDate("2026-12-15 12:00:00");
    await makeMockEnv();
    const view = readPicture(paint());
    expect(view.weeks.length).toBe(1);
    const [, tuesday, wednesday, , friday, saturday] = view.weeks[0].days;
    expect(tuesday.isToday).toBe(true);
    expect(wednesday.description).toInclude("Fair");
    expect(friday.word).toBe("closed");
    expect(friday.description).toInclude("Founder's Day");
    expect(saturday.word).toBe("no hours");
    expect(tuesday.bars).toEqual([{left: 37.5, width: (100 * 28800) / 86400}]);
    expect(view.weeks[0].notes.map((day) => day.kind)).toEqual(["changed", "closed"]);
});

test("other weeks are asked for, and today comes back without asking", async () => {
    mockDate("2026-12-15 12:00:00");
    onRpc("resource.calendar", "get_sla_picture", ({args}) => {
        expect.step(`from ${args[1]}`);
        return paint(args[1]);
    });
    await mountView({
        type: "form",
        resModel: "resource.calendar",
        resId: 1,
        arch: `<form><field name="support_picture" widget="support_calendar_picture" readonly="1"/></form>`,
    });
    expect(".o_support_day").toHaveCount(7);
    expect(".o_support_today").toHaveAttribute("data-day", "2026-12-15");
    expect(".o_support_day_closed[data-day]").toHaveAttribute("title", /Founder's Day/);
    await click(".o_support_weeks button:contains(Later)");
    await animationFrame();
    expect.verifySteps(["from 2026-12-21"]);
    expect(".o_support_day:first").toHaveAttribute("data-day", "2026-12-21");
    await click(".o_support_weeks button:contains(Today)");
    await animationFrame();
    expect(".o_support_day:first").toHaveAttribute("data-day", "2026-12-14");
    expect.verifySteps([]);
});

test("progress is read again while the work goes on, and not afterwards", async () => {
    let reads = 0;
    onRpc("support.recompute", "web_read", async ({parent}) => {
        reads += 1;
        const result = await parent();
        result[0].progress = {1: 25, 2: 60}[reads] || 100;
        result[0].state = reads < 3 ? "running" : "done";
        return result;
    });
    await mountView({
        type: "form",
        resModel: "support.recompute",
        resId: 1,
        arch: `<form><field name="state" invisible="1"/><field name="progress" widget="support_progress"/></form>`,
    });
    expect(".o_support_progress [role=progressbar]").toHaveAttribute("aria-valuenow", "25");
    expect(reads).toBe(1);
    await advanceTime(POLL - 100);
    expect(reads).toBe(1);
    await advanceTime(200);
    await animationFrame();
    expect(reads).toBe(2);
    expect(".o_support_progress [role=progressbar]").toHaveAttribute("aria-valuenow", "60");
    await advanceTime(POLL + 100);
    await animationFrame();
    expect(reads).toBe(3);
    expect(".o_support_progress [role=progressbar]").toHaveCount(0);
    await advanceTime(10 * POLL);
    expect(reads).toBe(3);
});
