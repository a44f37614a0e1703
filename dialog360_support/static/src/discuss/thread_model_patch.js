import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {string|false} */
        this.dialog360_number = false;
        /** whether this is a conversation with a client of a support desk (D-1) */
        this.dialog360_is_chat = false;
    },
    get displayName() {
        const name = super.displayName;
        return this.dialog360_number && name ? `${this.dialog360_number} · ${name}` : name;
    },
});
