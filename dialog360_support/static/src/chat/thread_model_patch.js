import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {string|false} what the client names when asking about this conversation (D-1) */
        this.dialog360_number = false;
    },
    get displayName() {
        const name = super.displayName;
        return this.dialog360_number && name ? `${name} · ${this.dialog360_number}` : name;
    },
});
