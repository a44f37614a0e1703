import {registry} from "@web/core/registry";

import {asksNothing} from "./page_checks";

/** List, kanban: countdowns tick and the server is asked nothing. */
const ticking = {
    trigger: ".o_support_countdown_text:contains(/^\\d+:\\d\\d$/)",
    timeout: 60000,
    async run({anchor}) {
        const said = anchor.textContent;
        await asksNothing();
        if (!anchor.isConnected || anchor.textContent === said) {
            throw new Error(`The countdown stands still at ${said}`);
        }
    },
};

registry.category("web_tour.tours").add("support_sla_ticking_tour", {
    steps: () => [
        {content: "the list", trigger: ".o_list_view"},
        ticking,
        {content: "the kanban", trigger: ".o_switch_view.o_kanban", run: "click"},
        {trigger: ".o_kanban_view .o_kanban_record"},
        ticking,
        {content: "the form", trigger: ".o_kanban_record:contains(It does not work)", run: "click"},
        {
            trigger: ".o_support_panel .o_support_clock",
            timeout: 60000,
            run: () => asksNothing(),
        },
    ],
});

/** An agent sees what is due, asks why, escalates with a reason, answers, and takes charge. */
registry.category("web_tour.tours").add("support_sla_backend_tour", {
    steps: () => [
        {
            content: "the panel says what is due next",
            trigger: ".o_support_panel .o_support_headline strong:contains(/^\\d+:\\d\\d$/)",
        },
        {
            content: "remember what the countdown says",
            trigger: ".o_support_clock[data-metric=first_response] .o_support_remaining",
            run({anchor}) {
                document.body.dataset.supportSaid = anchor.textContent;
            },
        },
        {
            content: "it ticks",
            trigger: ".o_support_clock[data-metric=first_response] .o_support_remaining",
            async run({anchor}) {
                const said = document.body.dataset.supportSaid;
                for (let tries = 0; tries < 50 && anchor.textContent === said; tries++) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                if (anchor.textContent === said) {
                    throw new Error(`The countdown stands still at ${said}`);
                }
            },
        },
        {
            content: "why is it due then?",
            trigger: ".o_support_clock[data-metric=resolution] .o_support_why",
            run: "click",
        },
        {
            trigger:
                ".o_support_clock[data-metric=resolution] .o_support_explain:contains('So it is due by')",
        },
        {
            content: "escalate",
            trigger: "button[name=action_support_escalate]",
            run: "click",
        },
        {
            trigger: ".modal div[name=reason] textarea",
            run: "edit The shop is down",
        },
        {
            trigger: ".modal button[name=action_escalate]",
            run: "click",
        },
        {
            content: "the panel shows it without a reload of the page",
            trigger: ".o_support_escalation:contains('nobody has taken charge yet')",
        },
        {
            content: "take charge",
            trigger: "button[name=action_support_acknowledge]",
            run: "click",
        },
        {
            trigger: ".o_support_escalation:contains('in charge')",
        },
        {
            trigger: "body:not(:has(button[name=action_support_acknowledge]))",
        },
        {
            content: "answer the customer",
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit We are on it",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "the answer has stopped the first response on the screen as well",
            trigger:
                ".o_support_clock[data-metric=first_response][data-state=done] .o_support_badge:contains('kept')",
        },
    ],
});
