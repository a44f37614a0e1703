import {registry} from "@web/core/registry";

function fitsTheScreen() {
    const {scrollWidth, clientWidth} = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} wide, the screen ${clientWidth}`);
    }
}

registry.category("web_tour.tours").add("support_sla_portal_new_ticket", {
    url: "/my/tickets",
    steps: () => [
        {
            content: "An empty list says what to do first",
            trigger: ".o_support_empty a[href='/new/ticket']",
            run(helpers) {
                fitsTheScreen();
                helpers.click();
            },
            expectUnloadPage: true,
        },
        {
            content: "What is it about?",
            trigger: ".o_support_services label:contains(Booking)",
            run(helpers) {
                fitsTheScreen();
                helpers.click();
            },
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
            run() {
                fitsTheScreen();
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
            run: fitsTheScreen,
        },
        {
            content: "Answer goes to where one writes",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
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
    ],
});
