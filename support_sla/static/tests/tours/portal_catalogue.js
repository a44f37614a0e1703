import {registry} from "@web/core/registry";

import {checkPage, standsStill} from "./page_checks";

const shownKinds = () =>
    [...document.querySelectorAll(".o_support_kind")]
        .filter((el) => el.checkVisibility())
        .map((el) => el.querySelector("label").firstChild.textContent.trim());

function expectKinds(...wanted) {
    if (shownKinds().join() !== wanted.join()) {
        throw new Error(`Kinds of request shown: ${shownKinds()}`);
    }
}

registry.category("web_tour.tours").add("support_sla_portal_catalogue", {
    url: "/my",
    steps: () => [
        {
            content: "Services on the portal's home",
            trigger: "a[href='/my/support/services']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Say it in your own words",
            trigger: "#support_search",
            async run(helpers) {
                await checkPage();
                await helpers.edit("hotel");
            },
        },
        {
            content: "The service that fits is named",
            trigger: ".o_support_found_line:contains(Looks like) a:contains(Booking)",
            run: standsStill,
        },
        {
            content: "The arrow key goes there",
            trigger: "#support_search",
            run: "press ArrowDown",
        },
        {
            content: "And Escape comes back",
            trigger: ".o_support_hit:focus",
            run: "press Escape",
        },
        {
            content: "Only what reaches less far",
            trigger: "nav[aria-label=Show] a:contains(Narrow)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "All again",
            trigger: "nav[aria-label=Show] a[aria-current]:contains(Narrow)",
            async run() {
                await checkPage();
                if (document.querySelectorAll(".o_support_service").length !== 2) {
                    throw new Error("The filter shows other services");
                }
                window.location = document.querySelector("nav[aria-label=Show] a").href;
            },
            expectUnloadPage: true,
        },
        {
            content: "A card opens the form",
            trigger: ".o_support_service a:contains(Booking)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Its service is chosen, and its kinds are offered",
            trigger: ".o_support_form .o_support_others summary",
            async run(helpers) {
                await checkPage();
                expectKinds("Lost booking", "Anything");
                document.getElementById("support_kind_id_0").checked = false;
                document.querySelector(".o_support_kind input").click();
                await helpers.click();
            },
        },
        {
            content: "Another service",
            trigger: ".o_support_others[open] label:contains(Advice)",
            run: "click",
        },
        {
            content: "It has other kinds, and the one that does not fit is not chosen any more",
            trigger: ".o_support_kind:contains(Course) label",
            async run(helpers) {
                expectKinds("Question", "Course", "Anything");
                if (!document.getElementById("support_kind_id_0").checked) {
                    throw new Error("A kind of another service is still chosen");
                }
                standsStill();
                await helpers.click();
            },
        },
        {
            content: "How urgent is it?",
            trigger: "label:contains(Nothing works at all)",
            run: "click",
        },
        {
            content: "Subject",
            trigger: "input[name=subject]",
            run: "edit Teach us",
        },
        {
            content: "Description",
            trigger: "textarea[name=description]",
            run: "edit How to book rooms",
        },
        {
            content: "Send",
            trigger: "form[action='/submitted/ticket'] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The ticket says what kind it is and what that costs",
            trigger: ".o_support_promise:contains(Course):contains(Extra, charged apart)",
        },
    ],
});
