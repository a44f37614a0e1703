import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {click} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {defineModels, fields, models, mountView, onRpc} from "@web/../tests/web_test_helpers";

class BpmsoftSecret extends models.Model {
    _name = "bpmsoft.secret";

    login = fields.Char();
    may_reveal = fields.Boolean();

    _records = [
        {id: 1, login: "visitor", may_reveal: true},
        {id: 2, login: "hidden", may_reveal: false},
    ];
}

defineModels([BpmsoftSecret]);
defineMailModels();

async function open(resId) {
    await mountView({
        type: "form",
        resModel: "bpmsoft.secret",
        resId,
        arch: `<form><field name="login"/><widget name="bpmsoft_reveal"/></form>`,
    });
}

test("a password is fetched by a click, and hidden again after its seconds", async () => {
    onRpc("bpmsoft.secret", "reveal", ({args}) => {
        expect.step(args[0]);
        return {secret: "swordfish", seconds: 10};
    });
    await open(1);
    expect(".o_bpmsoft_reveal").not.toHaveText(/swordfish/);
    expect.verifySteps([]);
    await click(".o_bpmsoft_reveal button");
    await animationFrame();
    expect.verifySteps([1]);
    expect(".o_bpmsoft_reveal_text").toHaveText("swordfish");
    await advanceTime(9100);
    await animationFrame();
    expect(".o_bpmsoft_reveal_text").toHaveCount(1);
    await advanceTime(1000);
    await animationFrame();
    expect(".o_bpmsoft_reveal_text").toHaveCount(0);
    expect(".o_form_view").not.toHaveText(/swordfish/);
    // each look is a call of its own: nothing was kept
    await click(".o_bpmsoft_reveal button");
    await animationFrame();
    expect.verifySteps([1]);
    await click(".o_bpmsoft_reveal button:eq(1)");
    await animationFrame();
    expect(".o_bpmsoft_reveal_text").toHaveCount(0);
});

test("who may not look has no button", async () => {
    await open(2);
    expect(".o_bpmsoft_reveal button").toHaveCount(0);
    expect(".o_bpmsoft_reveal").toHaveText("Only members of the queue see it.");
});
