import {registry} from "@web/core/registry";

import {asksNothing, checkPage, standsStill} from "./page_checks";

registry.category("web_tour.tours").add("support_sla_portal_new_ticket", {
    url: "/my/tickets",
    steps: () => [
        {
            content: "An empty list says what to do first",
            trigger: ".o_support_empty a[href='/new/ticket']",
            async run(helpers) {
                await checkPage();
                await helpers.click();
            },
            expectUnloadPage: true,
        },
        {
            content: "Search as one types finds the service",
            trigger: "#support_search",
            async run(helpers) {
                await checkPage();
                await helpers.edit("hotel room");
            },
        },
        {
            content: "It is announced, and the arrow key goes to what was found",
            trigger: ".o_support_said:contains('Services found: 1.')",
        },
        {
            content: "Arrow down",
            trigger: "#support_search",
            run: "press ArrowDown",
        },
        {
            content: "The first hit has the focus; Escape comes back",
            trigger: ".o_support_hit[data-service]:focus",
            run: "press Escape",
        },
        {
            content: "Enter on the hit chooses the service in its place",
            trigger: "#support_search:focus",
            async run(helpers) {
                standsStill();
                await helpers.press("ArrowDown");
                document.activeElement.click();
            },
        },
        {
            content: "The service is chosen, and what was typed became the subject",
            trigger:
                "input[name=support_service_id]:checked:not(:visible), input[name=support_service_id]:checked",
            run() {
                const subject = document.getElementById("subject").value;
                if (subject !== "hotel room") {
                    throw new Error(`The subject is “${subject}”`);
                }
            },
        },
        {
            content: "What is it about?",
            trigger: ".o_support_services label:contains(Booking)",
            run: "click",
        },
        {
            content: "How urgent is it? The definition stands beside the level",
            trigger: "label:contains(Nothing works at all)",
            run: "click",
        },
        {
            content: "The level is chosen",
            trigger:
                "input[name=support_priority_id]:checked:not(:visible), input[name=support_priority_id]:checked",
        },
        {
            content: "Subject",
            trigger: "input[name=subject]",
            run: "edit Doors do not open",
        },
        {
            content: "Description",
            trigger: "textarea[name=description]",
            run: "edit Since ten o'clock",
        },
        {
            content: "Send",
            trigger: "form[action='/submitted/ticket'] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What happens next is the largest thing on the page, and it counts down",
            trigger:
                "#support_next:contains(Acme Care answers you by 10:00) .o_support_countdown:contains(in )",
            timeout: 60000,
            async run() {
                await checkPage();
                await asksNothing();
                const size = (el) => parseFloat(getComputedStyle(el).fontSize);
                const headline = size(document.querySelector(".o_support_headline"));
                for (const el of document.querySelectorAll(
                    "#wrap h1, #wrap h2, #wrap h3, #wrap h4, #wrap p",
                )) {
                    if (size(el) > headline) {
                        throw new Error(
                            `“${el.textContent.trim()}” is larger than what happens next`,
                        );
                    }
                }
            },
        },
        {
            content: "Why this time?",
            trigger: ".o_support_why summary",
            run: "click",
        },
        {
            content: "The reasons unfold",
            trigger: ".o_support_why[open] .o_support_explain:contains(It is counted from)",
        },
        {
            content: "Escalate",
            trigger: ".o_support_escalate > summary",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".o_support_escalate textarea[name=reason]",
            run: "edit Guests are waiting",
        },
        {
            content: "Escalate this ticket",
            trigger: ".o_support_escalate button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It was told",
            trigger: ".alert-success:contains(Acme Care has been told)",
            run: checkPage,
        },
        {
            content: "Answer goes to where one writes",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            timeout: 60000,
        },
        {
            content: "Answer",
            trigger: "a.o_support_answer",
            run: "click",
        },
        {
            content: "The composer has the cursor",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input:focus",
        },
        {
            content: "Back to the list",
            trigger: "body",
            run() {
                window.location = "/my/tickets";
            },
            expectUnloadPage: true,
        },
        {
            content: "The list counts down without asking the server",
            trigger: "td.o_support_cell .o_support_countdown:contains(in )",
            timeout: 60000,
            async run() {
                await checkPage();
                await asksNothing();
            },
        },
        {
            content: "Nothing waits for the customer",
            trigger: ".o_support_filters a:contains(Waiting for me)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "That is said, with the way on",
            trigger: ".o_support_empty:contains(Nothing is waiting for you)",
            run: checkPage,
        },
        {
            content: "A new ticket about the same",
            trigger: "body",
            run() {
                window.location = "/new/ticket";
            },
            expectUnloadPage: true,
        },
        {
            content: "Typing the subject",
            trigger: "#subject",
            run: "edit Door does not open",
        },
        {
            content: "The duplicate is seen before it is raised, and nothing jumped",
            trigger: "#support_similar a:contains(add to it instead)",
            run: standsStill,
        },
    ],
});
