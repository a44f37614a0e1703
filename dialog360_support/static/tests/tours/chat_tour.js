import {registry} from "@web/core/registry";

const inside = (selector) => `.o-livechat-root:shadow ${selector}`;

registry.category("web_tour.tours").add("dialog360_chat", {
    steps: () => [
        {
            content: "The client with chat has the button",
            trigger: inside(".o-livechat-LivechatButton"),
            run: "click",
        },
        {
            content: "Writes what it is about",
            trigger: inside(".o-mail-Composer-input"),
            run: "edit Our templates are not delivered since noon",
        },
        {
            trigger: inside(".o-mail-Composer-input"),
            run: "press Enter",
        },
        {
            content: "And reads the number in the chat, and above it",
            trigger: inside(".o-mail-Message:contains(Your chat has the number C)"),
        },
        {
            trigger: inside(".o-mail-ChatWindow-header:contains(· C)"),
        },
    ],
});

registry.category("web_tour.tours").add("dialog360_chat_and_ticket", {
    steps: () => [
        {
            content: "The messages of a ticket stand on its page as ever",
            trigger: "#chatterRoot:shadow .o-mail-Message:contains(paused for its quality)",
        },
        {
            content: "And the chat beside them",
            trigger: inside(".o-livechat-LivechatButton"),
        },
    ],
});

registry.category("web_tour.tours").add("dialog360_no_chat", {
    steps: () => [
        {
            content: "The page is there, with everything that runs on it",
            trigger: "body:has(a[href*='/my/tickets'])",
            async run() {
                // longer than live chat takes to come up
                await new Promise((resolve) => setTimeout(resolve, 3000));
                if (
                    document.querySelector(".o-livechat-root") ||
                    odoo.loader.modules.has("@im_livechat/embed/common/livechat_service")
                ) {
                    throw new Error("Live chat was loaded for a client without chat");
                }
            },
        },
    ],
});
