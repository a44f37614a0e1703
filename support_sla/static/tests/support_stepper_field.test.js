import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {click, press, queryAll, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

class Journey extends models.Model {
    _name = "journey";

    steps = fields.Json();

    _records = [
        {
            id: 1,
            steps: [
                {
                    key: "pack",
                    label: "Pack",
                    state: "done",
                    by: "Ana",
                    at: "2026-03-03 10:00:00",
                    note: "",
                    round: 1,
                },
                {
                    key: "rest",
                    label: "Rest",
                    state: "skipped",
                    by: "Ana",
                    at: false,
                    note: "No time",
                    round: 1,
                },
                {
                    key: "walk",
                    label: "Walk",
                    state: "current",
                    by: "",
                    at: false,
                    note: "",
                    round: 2,
                },
                {
                    key: "sleep",
                    label: "Sleep",
                    state: "open",
                    by: "",
                    at: false,
                    note: "",
                    round: 0,
                },
            ],
        },
        {id: 2, steps: false},
    ];
}

defineModels([Journey]);
defineMailModels();

const arch = `<form><field name="steps" widget="support_stepper" string="The journey"/></form>`;

test("steps are told apart by words and marks, the current one is looked at", async () => {
    await mountView({type: "form", resModel: "journey", resId: 1, arch});
    expect(".o_support_step").toHaveCount(4);
    expect(".o_support_step_done .fa-check").toHaveCount(1);
    expect(".o_support_step_skipped .fa-forward").toHaveCount(1);
    expect("[aria-current=step]").toHaveCount(1);
    expect(queryFirst("[aria-current=step]").getAttribute("aria-label")).toInclude(
        "3. Walk: in progress",
    );
    expect(".o_support_step_current .o_support_step_round").toHaveText("×2");
    expect(".o_support_step_count").toHaveText("Step 3 of 4");
    expect(".o_support_step_facts strong").toHaveText("3. Walk");
    expect(".o_support_steps").toHaveAttribute("aria-label", "The journey");
});

test("another step is looked at by tapping it or with the arrow keys, and one is in the tab order", async () => {
    await mountView({type: "form", resModel: "journey", resId: 1, arch});
    await click("[data-key=rest] button");
    await animationFrame();
    expect(".o_support_step_facts strong").toHaveText("2. Rest");
    expect(".o_support_step_note").toHaveText("No time");
    await press("ArrowLeft");
    await animationFrame();
    expect(".o_support_step_facts strong").toHaveText("1. Pack");
    expect(".o_support_step_facts").toHaveText(/Ana/);
    await press("End");
    await animationFrame();
    expect(".o_support_step_facts strong").toHaveText("4. Sleep");
    expect(queryAll(".o_support_step_button[tabindex='0']")).toHaveLength(1);
});

test("a record without steps shows nothing", async () => {
    await mountView({type: "form", resModel: "journey", resId: 2, arch});
    expect(".o_support_stepper").toHaveCount(0);
});
