import {registry} from "@web/core/registry";

/** A manager reads the board, opens what is late, comes back, narrows it to a queue and opens a ticket. */
registry.category("web_tour.tours").add("support_sla_board_tour", {
    steps: () => [
        {
            content: "what is due next, with a countdown that ticks",
            trigger: ".o_support_board .o_support_countdown_text:contains(/^\\d+:\\d\\d$/)",
        },
        {
            content: "one ticket is late: open it",
            trigger:
                "section[aria-label='Breached and open'] .o_support_big button:contains(/^1$/)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('The late one')",
        },
        {
            content: "back to the board",
            trigger: ".o_breadcrumb .breadcrumb-item a:contains('Board'), .o_back_button",
            run: "click",
        },
        {
            content: "only one queue",
            trigger: ".o_support_board select[name=team]",
            run: "selectByLabel Acme Desk",
        },
        {
            trigger:
                "section[aria-label=Teams]:contains('Acme Desk'):not(:contains('Acme Nights'))",
        },
        {
            content: "the team's open tickets",
            trigger: "section[aria-label=Teams] button[aria-label^='Open: Acme Desk']",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('The late one')",
        },
        {
            trigger: ".o_breadcrumb .breadcrumb-item a:contains('Board'), .o_back_button",
            run: "click",
        },
        {
            content: "the queue is still chosen",
            trigger:
                "section[aria-label=Teams]:contains('Acme Desk'):not(:contains('Acme Nights'))",
        },
        {
            trigger: "section[aria-label='Next due'] button:contains('The late one')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_support_panel",
        },
    ],
});
