import {loadBundle} from "@web/core/assets";
import {memoize} from "@web/core/utils/functions";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {portalChatterBootService} from "@portal/chatter/boot/boot_service";

// Clients with chat only: see models/ir_http.py. Its styles come with the widget, which has a document of its own
const loadChat = memoize(() => loadBundle(session.dialog360_chat, {css: false}));

patch(portalChatterBootService, {
    // The messages of a ticket and the chat share one store, and what the chat adds to it must be there when it starts
    start(...args) {
        if (!session.dialog360_chat) {
            return super.start(...args);
        }
        loadChat().then(() => super.start(...args));
    },
});

export const chatBootService = {
    start() {
        if (session.dialog360_chat) {
            loadChat();
        }
    },
};
registry.category("services").add("dialog360.chat.boot", chatBootService);
