import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    openpyme_red_at = fields.Datetime();

    _records = [
        {id: 1, name: "silent", openpyme_red_at: "2026-03-10 09:00:00"},
        {id: 2, name: "soon", openpyme_red_at: "2026-03-10 12:00:30"},
        {id: 3, name: "change"},
    ];
}

defineModels([HelpdeskTicket]);
defineMailModels();

test("a row turns red while it is on the screen, and says so in words", async () => {
    mockDate("2026-03-10 12:00:00", 0);
    await mountView({
        type: "list",
        resModel: "helpdesk.ticket",
        arch: `<list><field name="name"/><field name="openpyme_red_at" widget="openpyme_red"/></list>`,
    });
    expect(".o_data_row.o_openpyme_red").toHaveCount(1);
    expect(queryAllTexts(".o_openpyme_red_badge")).toEqual(["3 h"]);
    await advanceTime(32000);
    await animationFrame();
    expect(".o_data_row.o_openpyme_red").toHaveCount(2);
    expect(".o_data_row:eq(1) .o_openpyme_red_badge").toHaveAttribute("aria-label", /Red for/);
    expect(".o_data_row:eq(2) .o_openpyme_red_badge").toHaveCount(0);
});

test("on the form it says how long a ticket stays white", async () => {
    mockDate("2026-03-10 11:00:00", 0);
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 2,
        arch: `<form><field name="openpyme_red_at" widget="openpyme_red" options="{'whole': True}"/></form>`,
    });
    expect(".o_field_openpyme_red").toHaveText(/White for 1 h/);
    await advanceTime(3640000);
    await animationFrame();
    expect(".o_openpyme_red_badge").toHaveText(/Red for/);
});
