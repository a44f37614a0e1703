import {registry} from "@web/core/registry";

/** A manager reads the forecast: why a ticket will be late, and which one to give to whom. */
registry.category("web_tour.tours").add("support_reports_board_tour", {
    steps: () => [
        {
            content: "why it will be late",
            trigger: ".o_support_load details summary",
            run: "click",
        },
        {
            trigger: ".o_support_load details[open] li:contains('before it')",
        },
        {
            content: "what would help",
            trigger: ".o_support_load button:contains('to Boss')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Forecast')",
        },
        {
            content: "back to the board",
            trigger: ".o_breadcrumb .breadcrumb-item a:contains('Board'), .o_back_button",
            run: "click",
        },
        {
            content: "the trend by weeks",
            trigger: ".o_support_trend .btn-group button:contains('Weeks')",
            run: "click",
        },
        {
            trigger: ".o_support_trend .btn-group button[aria-pressed=true]:contains('Weeks')",
        },
        {
            content: "who waits longest for us",
            trigger: ".o_support_waiting li button:contains('Forecast 1')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_support_panel",
        },
    ],
});
