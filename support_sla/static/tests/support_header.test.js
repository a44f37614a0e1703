import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {press, queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import "@support_sla/backend/support_header";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    closed = fields.Boolean();

    _records = [{id: 1, name: "Door"}];
}

defineModels([HelpdeskTicket]);
defineMailModels();

const FORM = `
    <form>
        <header>
            <button name="daily" type="object" string="Daily" class="btn-primary" data-hotkey="k"/>
            <button name="rare" type="object" string="Rare" class="o_support_rare" data-hotkey="shift+x"
                invisible="closed"/>
            <button name="seldom" type="object" string="Seldom" class="o_support_rare"/>
        </header>
        <sheet><field name="name"/><field name="closed"/></sheet>
    </form>`;

async function mountForm() {
    mockService("action", {
        doActionButton({name}) {
            expect.step(name);
        },
    });
    await mountView({type: "form", resModel: "helpdesk.ticket", resId: 1, arch: FORM});
}

test.tags("desktop");
test("what is rarely needed stands under More", async () => {
    await mountForm();
    expect(queryAllTexts(".o_statusbar_buttons > button")).toEqual(["Daily", "More"]);
    expect("button[name=rare]").toHaveCount(0);
    await contains(".o_support_more").click();
    expect(queryAllTexts(".o_support_more_menu button")).toEqual(["Rare", "Seldom"]);
    await contains(".o_support_more_menu button[name=seldom]").click();
    expect.verifySteps(["seldom"]);
    expect(".o_support_more_menu").toHaveCount(0);
});

test.tags("desktop");
test("More by keyboard: arrows, Enter, and the button's own hotkey", async () => {
    await mountForm();
    await contains(".o_support_more").focus();
    await press("Enter");
    await animationFrame();
    await press("ArrowDown");
    await animationFrame();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["rare"]);
    await press(["alt", "shift", "x"]);
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["rare"]);
});

test.tags("desktop");
test("a hidden button is not pressed by its hotkey, and one alone needs no menu", async () => {
    await mountForm();
    await contains(".o_field_widget[name=closed] input").click();
    await press(["alt", "shift", "x"]);
    await animationFrame();
    expect.verifySteps([]);
    expect(queryAllTexts(".o_statusbar_buttons > button")).toEqual(["Daily", "Seldom"]);
});

test.tags("mobile");
test("on a phone the daily button comes first, whatever the order", async () => {
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        arch: FORM.replace(
            "<header>",
            "<header><button name='odd' string='Odd' class='o_support_rare'/>",
        ),
    });
    expect(queryAllTexts(".o_statusbar_buttons > button")[0]).toBe("Daily");
});
